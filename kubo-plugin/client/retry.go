package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

const (
	firstPause = 20 * time.Millisecond
	lastPause  = 2 * time.Second
)

// retry makes a call until it succeeds, fails for good, or has failed for as long as the store retries. Only calls that
// do no harm when they take effect twice are made so. Waiting for a sidecar that is being replaced does not count.
func (s *Store) retry(ctx context.Context, op string, call func(context.Context) error) error {
	var deadline time.Time
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := s.once(ctx, op, call)
		var failed *Error
		if err == nil || !errors.As(err, &failed) || !failed.Retryable {
			return err
		}
		now := time.Now()
		if deadline.IsZero() {
			deadline = now.Add(s.options.RetryFor)
		}
		if gone := s.options.Ready(ctx); gone != nil {
			return gone
		}
		deadline = deadline.Add(time.Since(now))
		jittered := pause/2 + rand.N(pause/2)
		if time.Now().Add(jittered).After(deadline) {
			return err
		}
		select {
		case <-time.After(jittered):
			s.conn.ResetConnectBackoff()
		case <-ctx.Done():
			return ctx.Err()
		case <-s.closed:
			return ErrClosed
		}
	}
}

// once makes a call.
func (s *Store) once(ctx context.Context, op string, call func(context.Context) error) error {
	if s.isClosed() {
		return ErrClosed
	}
	if err := call(ctx); err != nil {
		return s.failure(ctx, op, err)
	}
	return nil
}

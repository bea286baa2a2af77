package client

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"motrds.io/kubo-plugin/protocol"
)

// ErrClosed is what every call on a closed store returns.
var ErrClosed = errors.New("motrds: the store is closed")

// Error is the failure of a call that reached the sidecar, or should have.
type Error struct {
	Op   string // what was asked, as in "put /a"
	Code codes.Code
	Kind protocol.Failure_Kind
	// Retryable says that the same call may succeed later. A write that failed so may have taken effect.
	Retryable bool
	message   string
}

func (e *Error) Error() string {
	return fmt.Sprintf("motrds: %s: %s", e.Op, e.message)
}

// failure turns what gRPC returned into what a caller can act on: the context's own error,
// ErrClosed, what is wrong with the sidecar, or an *Error.
func (s *Store) failure(ctx context.Context, op string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if s.isClosed() {
		return ErrClosed
	}
	if refused := s.refused.Load(); refused != nil {
		return *refused
	}
	said := status.Convert(err)
	e := &Error{Op: op, Code: said.Code(), message: oneLine(said.Message())}
	for _, detail := range said.Details() {
		if f, ok := detail.(*protocol.Failure); ok {
			e.Kind, e.Retryable = f.Kind, f.Retryable
			return e
		}
	}
	switch said.Code() {
	case codes.Unavailable, codes.Canceled, codes.DeadlineExceeded: // said by this end; the sidecar gives a detail
		e.Kind, e.Retryable = protocol.Failure_UNAVAILABLE, true
		e.message = "the sidecar does not answer: " + e.message
	}
	return e
}

func oneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}

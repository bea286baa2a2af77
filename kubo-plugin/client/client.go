// Package client is a go-datastore over a motrds sidecar (`motrds serve`), in its extended protocol,
// server/src/main/proto/motrds/v1/store.proto.
package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	ds "github.com/ipfs/go-datastore"
	"golang.org/x/sync/semaphore"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"motrds.io/kubo-plugin/protocol"
)

const (
	protocolVersion = 1
	helloTimeout    = 30 * time.Second
	// A sidecar takes 256 calls at once by default, from all of its clients; queries and batches come on top of these.
	callsAtOnce = 128
	// Room for several blocks under way, so that a pause of one end does not stop the other.
	streamWindow     = 2 << 20
	connectionWindow = 16 << 20
)

// Options say how to reach a sidecar.
type Options struct {
	// Dial makes a connection. It is asked again when the connection breaks.
	Dial func(context.Context) (net.Conn, error)
	// Ready waits while the sidecar is being replaced; its error says that none will come. May be nil.
	Ready func(context.Context) error
	// StoreType is what the sidecar must serve, as in "levelds"; empty for any store.
	StoreType string
	// RetryFor is how long a call that failed, but may succeed later, is repeated; 0 stands for 15 s.
	RetryFor time.Duration
}

// Store is a datastore behind a sidecar.
//
// Thread-safe. Values that were given must not change until the call, or the batch's commit, has returned; values that
// it returns belong to the caller. What may pass is retried: see [Options].RetryFor.
type Store struct {
	options Options
	conn    *grpc.ClientConn
	stub    protocol.StoreClient
	calls   *semaphore.Weighted
	batches *semaphore.Weighted // bytes of commits under way
	closed  chan struct{}
	close   func()

	hello   *protocol.HelloResponse // the first
	refused atomic.Pointer[error]   // why the sidecar that is there now is not the right one
}

var (
	_ ds.Batching            = (*Store)(nil)
	_ ds.PersistentDatastore = (*Store)(nil)
	_ ds.GCDatastore         = (*Store)(nil)
	_ ds.CheckedDatastore    = (*Store)(nil)
	_ ds.ScrubbedDatastore   = (*Store)(nil)
)

// Open connects to a sidecar and makes sure that it speaks the protocol and serves the store that is wanted.
func Open(ctx context.Context, options Options) (*Store, error) {
	if options.Ready == nil {
		options.Ready = func(context.Context) error { return nil }
	}
	if options.RetryFor == 0 {
		options.RetryFor = 15 * time.Second
	}
	s := &Store{options: options, calls: semaphore.NewWeighted(callsAtOnce), closed: make(chan struct{})}
	s.close = sync.OnceFunc(func() { close(s.closed) })
	conn, err := grpc.NewClient("passthrough:///motrds",
		grpc.WithContextDialer(s.dial),
		grpc.WithTransportCredentials(insecure.NewCredentials()), // a private socket or the loopback interface
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(newCodec()), grpc.MaxCallRecvMsgSize(1<<30)),
		grpc.WithDisableServiceConfig(),
		grpc.WithDisableRetry(),
		grpc.WithInitialWindowSize(streamWindow),
		grpc.WithInitialConnWindowSize(connectionWindow),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: firstPause, Multiplier: 1.6, Jitter: 0.2, MaxDelay: lastPause},
			MinConnectTimeout: 5 * time.Second,
		}),
	)
	if err != nil {
		return nil, fmt.Errorf("motrds: %w", err)
	}
	s.conn, s.stub = conn, protocol.NewStoreClient(conn)
	err = s.retry(ctx, "hello", func(ctx context.Context) (err error) {
		s.hello, err = s.greet(ctx)
		return err
	})
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	s.batches = semaphore.NewWeighted(s.batchBudget())
	return s, nil
}

// Name is the store's type and place, as the sidecar gives it.
func (s *Store) Name() string { return s.hello.StoreName }

// HasFeature says whether the store has a feature.
func (s *Store) HasFeature(feature protocol.Feature) bool {
	return slices.Contains(s.hello.Features, feature)
}

// Close ends the connection. Calls under way fail with [ErrClosed].
func (s *Store) Close() error {
	s.close()
	if err := s.conn.Close(); err != nil && !errors.Is(err, grpc.ErrClientConnClosing) {
		return err
	}
	return nil
}

// dial makes the connection for the calls once the sidecar is known to be the right one: one that was replaced could be
// of another version or serve another store, and a call that waits for a connection is sent on the next that there is.
func (s *Store) dial(ctx context.Context, _ string) (net.Conn, error) {
	if hello, err := s.greet(ctx); err != nil {
		return nil, err
	} else if hello.StoreName != s.hello.StoreName {
		err := fmt.Errorf("motrds: the sidecar serves another store now: %s, not %s; restart kubo if that is meant",
			hello.StoreName, s.hello.StoreName)
		s.refused.Store(&err)
		return nil, err
	}
	return s.options.Dial(ctx)
}

// greet says hello on a connection of its own.
func (s *Store) greet(ctx context.Context) (*protocol.HelloResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, helloTimeout)
	defer cancel()
	conn, err := grpc.NewClient("passthrough:///motrds",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return s.options.Dial(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDisableServiceConfig())
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	hello, err := protocol.NewStoreClient(conn).Hello(ctx, &protocol.HelloRequest{
		OldestVersion: protocolVersion, NewestVersion: protocolVersion, Client: "kubo-plugin",
	})
	if err == nil {
		err = s.accept(hello)
	} else {
		err = unfitting(err)
	}
	var refused *error
	if _, isStatus := status.FromError(err); !isStatus {
		refused = &err
	}
	s.refused.Store(refused)
	return hello, err
}

func (s *Store) isClosed() bool {
	select {
	case <-s.closed:
		return true
	default:
		return false
	}
}

// unfitting says what is wrong with a sidecar that does not answer hello as one of this version does.
func unfitting(err error) error {
	said := oneLine(status.Convert(err).Message())
	switch status.Code(err) {
	case codes.FailedPrecondition:
		return fmt.Errorf("motrds: the sidecar is of another version than this plugin; install the motrds that it was "+
			"built with: %s", said)
	case codes.Unimplemented:
		return fmt.Errorf("motrds: what listens there is no motrds sidecar, or one of another version: %s", said)
	}
	return err
}

func (s *Store) accept(hello *protocol.HelloResponse) error {
	if hello.Version != protocolVersion {
		return fmt.Errorf("motrds: the sidecar %s is of another version than this plugin: it wants to speak version %d "+
			"of the protocol, not %d", hello.ServerRelease, hello.Version, protocolVersion)
	}
	if wanted := s.options.StoreType; wanted != "" && wanted != storeType(hello.StoreName) {
		return fmt.Errorf("motrds: the sidecar serves a store of the wrong type: %s, not %s", hello.StoreName, wanted)
	}
	return nil
}

// storeType is the first word of a name such as "levelds /data" or "measure(blocks: mem)".
func storeType(name string) string {
	if end := strings.IndexAny(name, " ("); end >= 0 {
		return name[:end]
	}
	return name
}

package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	ds "github.com/ipfs/go-datastore"
	"github.com/ipfs/go-datastore/query"
	dstest "github.com/ipfs/go-datastore/test"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"motrds.io/kubo-plugin/internal/memserver"
	"motrds.io/kubo-plugin/protocol"
)

// place is a socket at which servers come and go.
type place struct {
	t      testing.TB
	socket string
	server *grpc.Server
}

func newPlace(t testing.TB) *place {
	return &place{t: t, socket: filepath.Join(t.TempDir(), "s")}
}

func (p *place) serve(service protocol.StoreServer) {
	p.t.Helper()
	listener, err := net.Listen("unix", p.socket)
	if err != nil {
		p.t.Fatal(err)
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(64 << 20))
	protocol.RegisterStoreServer(server, service)
	p.server = server
	go func() { _ = server.Serve(listener) }()
	p.t.Cleanup(server.Stop)
}

func (p *place) dial(ctx context.Context) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "unix", p.socket)
}

func (p *place) open(options Options) (*Store, error) {
	options.Dial = p.dial
	store, err := Open(p.t.Context(), options)
	if err == nil {
		p.t.Cleanup(func() { _ = store.Close() })
	}
	return store, err
}

func opened(t testing.TB, service protocol.StoreServer) *Store {
	t.Helper()
	p := newPlace(t)
	p.serve(service)
	store, err := p.open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func TestPassesGoDatastoresSuite(t *testing.T) {
	dstest.SubtestAll(t, opened(t, memserver.New()))
}

func TestGivesValuesBackByteByByte(t *testing.T) {
	store := opened(t, memserver.New())
	for _, size := range []int{0, 1, copiedBytes, copiedBytes + 1, 1 << 20, 3 << 20} {
		value := bytes.Repeat([]byte{0x0a, 0xff, 0}, size/3+1)[:size]
		key := ds.NewKey(fmt.Sprintf("/size/%d", size))
		if err := store.Put(t.Context(), key, value); err != nil {
			t.Fatal(err)
		}
		got, err := store.Get(t.Context(), key)
		if err != nil || got == nil || !bytes.Equal(got, value) {
			t.Errorf("%d bytes: got %d bytes, %v", size, len(got), err)
		}
		if n, err := store.GetSize(t.Context(), key); n != size || err != nil {
			t.Errorf("%d bytes: size %d, %v", size, n, err)
		}
	}
}

func TestABatchIsWrittenWhenItIsCommittedAndTheLastWriteToAKeyWins(t *testing.T) {
	server := memserver.New()
	store := opened(t, server)
	batch, _ := store.Batch(t.Context())
	large := bytes.Repeat([]byte{7}, requestBytes/2)
	must(t, store.Put(t.Context(), ds.NewKey("/gone"), large))
	must(t, batch.Put(t.Context(), ds.NewKey("/a"), []byte("first")))
	must(t, batch.Put(t.Context(), ds.NewKey("/empty"), nil))
	must(t, batch.Delete(t.Context(), ds.NewKey("/gone")))
	for i := range 5 {
		must(t, batch.Put(t.Context(), ds.NewKey(fmt.Sprint("/large", i)), large))
	}
	must(t, batch.Put(t.Context(), ds.NewKey("/a"), []byte("last")))
	if has, _ := store.Has(t.Context(), ds.NewKey("/a")); has {
		t.Error("visible before the commit")
	}
	must(t, batch.Commit(t.Context()))
	expectValue(t, store, "/a", []byte("last"))
	expectValue(t, store, "/empty", []byte{})
	expectValue(t, store, "/large4", large)
	if has, _ := store.Has(t.Context(), ds.NewKey("/gone")); has {
		t.Error("still there though deleted")
	}
	if n := len(server.Batches()); n != 1 {
		t.Errorf("%d commits", n)
	}
}

func TestABatchLargerThanTheSidecarTakesIsCommittedInParts(t *testing.T) {
	server := memserver.New()
	server.Hi.MaxBatchBytes = 200_000
	store := opened(t, server)
	batch, _ := store.Batch(t.Context())
	for i := range 10 {
		must(t, batch.Put(t.Context(), ds.NewKey(fmt.Sprint("/k", i)), make([]byte, 40_000)))
	}
	must(t, batch.Commit(t.Context()))
	if n := len(server.Batches()); n != 5 {
		t.Errorf("%d commits, not 5 of two values each", n)
	}
	expectValue(t, store, "/k9", make([]byte, 40_000))
}

// sentFor commits a batch of /a and /b, and tells what the server got for it.
func sentFor(t *testing.T, server *memserver.Server) [][]*protocol.Write {
	t.Helper()
	batch, _ := opened(t, server).Batch(t.Context())
	must(t, batch.Put(t.Context(), ds.NewKey("/a"), []byte("1")))
	must(t, batch.Put(t.Context(), ds.NewKey("/b"), []byte("2")))
	must(t, batch.Commit(t.Context()))
	return server.Batches()
}

func TestOnlyWhatFailedOfABatchIsSentAgain(t *testing.T) {
	server := memserver.New()
	var commits atomic.Int32
	server.Before = func(method string) error {
		if method == "Commit" && commits.Add(1) == 1 {
			return memserver.Fail(codes.Unavailable, protocol.Failure_TIMEOUT, true, "too slow")
		}
		return nil
	}
	batches := sentFor(t, server)
	if len(batches) != 2 || len(batches[1]) != 1 || string(batches[1][0].Key) != "/a" {
		t.Errorf("sent %v", batches)
	}
}

func TestABatchThatBrokeOffIsSentAgainAsAWhole(t *testing.T) {
	server := memserver.New()
	var commits atomic.Int32
	server.Before = func(method string) error {
		if method == "Commit" && commits.Add(1) == 1 {
			return status.Error(codes.Unavailable, "the connection is gone")
		}
		return nil
	}
	batches := sentFor(t, server)
	if len(batches) != 2 || len(batches[1]) != 2 {
		t.Errorf("sent %v", batches)
	}
}

func TestManyCallersShareTheRoomForBatches(t *testing.T) {
	server := memserver.New()
	server.Hi.MaxBatchBytes = 300_000
	store := opened(t, server)
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			batch, _ := store.Batch(context.Background())
			_ = batch.Put(context.Background(), ds.NewKey(fmt.Sprint("/b", i)), make([]byte, 100_000))
			if err := batch.Commit(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestWhatMayPassIsRetriedAndWhatCannotIsNot(t *testing.T) {
	for _, c := range []struct {
		err   error
		calls int32
	}{
		{memserver.Fail(codes.Unavailable, protocol.Failure_UNAVAILABLE, true, "away"), 3},
		{memserver.Fail(codes.ResourceExhausted, protocol.Failure_LIMIT, true, "too many calls"), 3},
		{status.Error(codes.Unavailable, "no detail"), 3},
		{memserver.Fail(codes.DataLoss, protocol.Failure_CORRUPT_DATA, false, "damaged"), 1},
		{memserver.Fail(codes.InvalidArgument, protocol.Failure_REFUSED_INPUT, false, "bad"), 1},
		{status.Error(codes.Internal, "defect"), 1},
	} {
		server := memserver.New()
		var calls atomic.Int32
		server.Before = func(method string) error {
			if method != "Hello" && calls.Add(1) < 3 {
				return c.err
			}
			return nil
		}
		err := opened(t, server).Put(t.Context(), ds.NewKey("/a"), nil)
		if calls.Load() != c.calls || (err == nil) != (c.calls == 3) {
			t.Errorf("%v: %d calls, %v", c.err, calls.Load(), err)
		}
	}
}

func TestARetryEndsAfterItsTime(t *testing.T) {
	server := memserver.New()
	server.Before = func(method string) error {
		if method == "Get" {
			return memserver.Fail(codes.Unavailable, protocol.Failure_UNAVAILABLE, true, "away\nfor good")
		}
		return nil
	}
	p := newPlace(t)
	p.serve(server)
	store, err := p.open(Options{RetryFor: 50 * time.Millisecond})
	must(t, err)
	_, err = store.Get(t.Context(), ds.NewKey("/a"))
	var failed *Error
	if !errors.As(err, &failed) || err.Error() != "motrds: get /a: away for good" || !failed.Retryable {
		t.Errorf("%v", err)
	}
}

func TestACallGoesOnWithTheSidecarThatReplacesAnother(t *testing.T) {
	server := memserver.New()
	p := newPlace(t)
	p.serve(server)
	store, err := p.open(Options{})
	must(t, err)
	must(t, store.Put(t.Context(), ds.NewKey("/a"), []byte("1")))
	p.server.Stop()
	time.AfterFunc(100*time.Millisecond, func() { p.serve(server) })
	expectValue(t, store, "/a", []byte("1"))
}

func TestASidecarThatServesAnotherStoreNowIsRefused(t *testing.T) {
	p := newPlace(t)
	p.serve(memserver.New())
	store, err := p.open(Options{})
	must(t, err)
	p.server.Stop()
	other := memserver.New()
	other.Hi.StoreName = "mem other"
	p.serve(other)
	expectError(t, store.Put(t.Context(), ds.NewKey("/a"), nil), "serves another store now: mem other, not mem test")
	if has, _ := other.Store.Has(t.Context(), ds.NewKey("/a")); has {
		t.Error("written to the other store")
	}
}

func TestWhatIsNoFittingSidecarIsRefusedInOneLine(t *testing.T) {
	version := memserver.New()
	version.Hi.Version = 2
	refuses := memserver.New()
	refuses.Before = func(string) error { return status.Error(codes.FailedPrecondition, "this server speaks 2 to 3") }
	for name, c := range map[string]struct {
		server protocol.StoreServer
		says   string
	}{
		"another version": {version, "the sidecar 0.1.0 is of another version than this plugin"},
		"nothing common":  {refuses, "of another version than this plugin; install"},
		"another service": {protocol.UnimplementedStoreServer{}, "no motrds sidecar, or one of another version"},
		"another type":    {memserver.New(), "a store of the wrong type: mem test, not levelds"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			p.serve(c.server)
			options := Options{}
			if name == "another type" {
				options.StoreType = "levelds"
			}
			_, err := p.open(options)
			expectError(t, err, c.says)
		})
	}
	_, err := newPlace(t).open(Options{RetryFor: time.Millisecond})
	expectError(t, err, "the sidecar does not answer")
}

func TestValuesAndKeysThatTheStoreRefusesAreNotSent(t *testing.T) {
	store := opened(t, memserver.New())
	expectError(t, store.Put(t.Context(), ds.NewKey("/a"), make([]byte, 4<<20+1)), "larger than the 4194304 that mem test")
	expectError(t, store.Put(t.Context(), ds.NewKey(strings.Repeat("k", 900)), nil), "longer than the 900")
	batch, _ := store.Batch(t.Context())
	expectError(t, batch.Put(t.Context(), ds.NewKey("/a"), make([]byte, 4<<20+1)), "larger than")
}

func TestAFeatureThatTheStoreLacksIsNotAskedFor(t *testing.T) {
	server := memserver.New()
	var asked []string
	server.Before = func(method string) error {
		if method != "Hello" {
			asked = append(asked, method)
		}
		return nil
	}
	store := opened(t, server)
	used, err := store.DiskUsage(t.Context())
	must(t, errors.Join(err, store.CollectGarbage(t.Context()), store.Check(t.Context()), store.Scrub(t.Context())))
	if used != 0 || len(asked) > 0 {
		t.Errorf("%d bytes; asked for %v", used, asked)
	}
	server.Hi.Features = []protocol.Feature{
		protocol.Feature_DISK_USAGE, protocol.Feature_GARBAGE_COLLECTION, protocol.Feature_CONSISTENCY_CHECK,
		protocol.Feature_SCRUB,
	}
	store = opened(t, server)
	used, err = store.DiskUsage(t.Context())
	must(t, errors.Join(err, store.CollectGarbage(t.Context()), store.Check(t.Context()), store.Scrub(t.Context())))
	if used != 4711 || fmt.Sprint(asked) != "[DiskUsage CollectGarbage Check Scrub]" {
		t.Errorf("%d bytes; asked for %v", used, asked)
	}
}

func TestAQueryTellsSizesOnlyWhenTheyAreKnown(t *testing.T) {
	store := opened(t, memserver.New())
	must(t, store.Put(t.Context(), ds.NewKey("/a"), []byte("four")))
	for _, c := range []struct {
		q     query.Query
		size  int
		value []byte
	}{
		{query.Query{}, 4, []byte("four")},
		{query.Query{KeysOnly: true}, -1, nil},
		{query.Query{KeysOnly: true, ReturnsSizes: true}, 4, nil},
	} {
		entries := rest(t, store, c.q)
		if len(entries) != 1 || entries[0].Size != c.size || !bytes.Equal(entries[0].Value, c.value) {
			t.Errorf("%v: %v", c.q, entries)
		}
	}
}

type evenKeys struct{}

func (evenKeys) Filter(e query.Entry) bool { return (e.Key[len(e.Key)-1]-'0')%2 == 0 }

func TestFiltersAndOrdersThatOnlyTheCallerKnowsAreAppliedHere(t *testing.T) {
	store := opened(t, memserver.New())
	for i := range 10 {
		must(t, store.Put(t.Context(), ds.NewKey(fmt.Sprint("/q/", i)), nil))
	}
	backwards := query.OrderByFunction(func(a, b query.Entry) int { return strings.Compare(b.Key, a.Key) })
	q := query.Query{
		Prefix: "/q", Filters: []query.Filter{evenKeys{}, &query.FilterKeyCompare{Op: query.LessThan, Key: "/q/8"}},
		Orders: []query.Order{backwards, query.OrderByKey{}}, Offset: 1, Limit: 2,
	}
	if keys := fmt.Sprint(keysOf(rest(t, store, q))); keys != "[/q/4 /q/2]" {
		t.Error(keys)
	}
}

func TestAQueryThatFailsOnTheWayShowsIt(t *testing.T) {
	server := memserver.New()
	server.Before = func(method string) error {
		if method == "QueryResponse" {
			return memserver.Fail(codes.Unavailable, protocol.Failure_UNAVAILABLE, true, "away")
		}
		return nil
	}
	store := opened(t, server)
	for i := range 5 {
		must(t, store.Put(t.Context(), ds.NewKey(fmt.Sprint("/q/", i)), nil))
	}
	results, err := store.Query(t.Context(), query.Query{})
	must(t, err)
	entries, err := results.Rest()
	expectError(t, err, "query: away")
	if len(entries) != 2 {
		t.Error(entries)
	}
}

func TestAQueryIsKeptWhileItsReaderIsBusy(t *testing.T) {
	server := memserver.New()
	server.Hi.IdleLimitMillis = 30
	store := opened(t, server)
	for i := range 5 {
		must(t, store.Put(t.Context(), ds.NewKey(fmt.Sprint("/q/", i)), nil))
	}
	// the server has sent everything when its stream ends, so it must be held up
	reached, release := make(chan struct{}, 10), make(chan struct{})
	server.Before = func(method string) error {
		if method == "QueryResponse" {
			reached <- struct{}{}
			<-release
		}
		return nil
	}
	results, err := store.Query(t.Context(), query.Query{})
	must(t, err)
	<-reached
	for deadline := time.Now().Add(10 * time.Second); server.Pings() < 3; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no sign of life")
		}
	}
	close(release)
	if entries, err := results.Rest(); len(entries) != 5 || err != nil {
		t.Error(entries, err)
	}
}

func TestClosingAQueryEarlyEndsItAtTheServer(t *testing.T) {
	server := memserver.New()
	store := opened(t, server)
	for i := range 5 {
		must(t, store.Put(t.Context(), ds.NewKey(fmt.Sprint("/q/", i)), nil))
	}
	results, err := store.Query(t.Context(), query.Query{})
	must(t, err)
	if _, ok := results.NextSync(); !ok {
		t.Fatal("no entry")
	}
	must(t, results.Close())
}

func TestAContextThatEndsEndsTheCall(t *testing.T) {
	server := memserver.New()
	reached := make(chan struct{}, 1)
	release := make(chan struct{})
	defer close(release)
	server.Before = func(method string) error {
		if method == "Get" {
			reached <- struct{}{}
			<-release
		}
		return nil
	}
	store := opened(t, server)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-reached; cancel() }()
	if _, err := store.Get(ctx, ds.NewKey("/a")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestAClosedStoreSaysSo(t *testing.T) {
	store := opened(t, memserver.New())
	must(t, store.Close())
	must(t, store.Close())
	_, get := store.Get(t.Context(), ds.NewKey("/a"))
	_, asked := store.Query(t.Context(), query.Query{})
	batch, _ := store.Batch(t.Context())
	must(t, batch.Put(t.Context(), ds.NewKey("/a"), nil))
	for _, err := range []error{get, asked, batch.Commit(t.Context()), store.Put(t.Context(), ds.NewKey("/a"), nil)} {
		if !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func expectError(t testing.TB, err error, says string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v, expected one line with %q", err, says)
	}
}

func expectValue(t testing.TB, store *Store, key string, value []byte) {
	t.Helper()
	got, err := store.Get(t.Context(), ds.NewKey(key))
	if err != nil || !bytes.Equal(got, value) {
		t.Errorf("%s: %d bytes, %v", key, len(got), err)
	}
}

func rest(t testing.TB, store *Store, q query.Query) []query.Entry {
	t.Helper()
	results, err := store.Query(t.Context(), q)
	must(t, err)
	entries, err := results.Rest()
	must(t, err)
	return entries
}

func keysOf(entries []query.Entry) []string {
	keys := make([]string, len(entries))
	for i, e := range entries {
		keys[i] = e.Key
	}
	return keys
}

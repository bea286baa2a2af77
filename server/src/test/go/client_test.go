// The unmodified Go client of go-ds-grpc, against a sidecar that runs already: MOTRDS_TARGET says where, as in
// unix:/run/motrds/socket, and MOTRDS_STORE what store it serves.
package gotest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"
	"time"

	grpcds "github.com/guseggert/go-ds-grpc"
	pb "github.com/guseggert/go-ds-grpc/proto"
	ds "github.com/ipfs/go-datastore"
	"github.com/ipfs/go-datastore/query"
	dstest "github.com/ipfs/go-datastore/test"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

var ctx = context.Background()

func connect(t testing.TB) (ds.Batching, pb.DatastoreClient) {
	target := os.Getenv("MOTRDS_TARGET")
	if target == "" {
		t.Skip("MOTRDS_TARGET names no sidecar")
	}
	conn, err := grpc.Dial(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	client := pb.NewDatastoreClient(conn)
	store, err := grpcds.New(ctx, client)
	if err != nil {
		t.Fatal(err)
	}
	return store.(ds.Batching), client
}

func clear(t testing.TB, store ds.Batching) {
	results, err := store.Query(ctx, query.Query{KeysOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := results.Rest()
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if err := store.Delete(ctx, ds.RawKey(entry.Key)); err != nil {
			t.Fatal(err)
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestBasics(t *testing.T) {
	store, _ := connect(t)
	clear(t, store)
	key := ds.NewKey("/a/b")
	if _, err := store.Get(ctx, key); !errors.Is(err, ds.ErrNotFound) {
		t.Fatalf("an absent key's value: %v", err)
	}
	if _, err := store.GetSize(ctx, key); !errors.Is(err, ds.ErrNotFound) {
		t.Fatalf("an absent key's size: %v", err)
	}
	value := bytes.Repeat([]byte("x"), 300_000)
	must(t, store.Put(ctx, key, value))
	got, err := store.Get(ctx, key)
	must(t, err)
	if !bytes.Equal(got, value) {
		t.Fatal("another value came back")
	}
	size, err := store.GetSize(ctx, key)
	must(t, err)
	has, err := store.Has(ctx, key)
	must(t, err)
	if size != len(value) || !has {
		t.Fatalf("size %d, has %v", size, has)
	}
	must(t, store.Sync(ctx, ds.NewKey("/a")))
	must(t, store.Delete(ctx, key))
	must(t, store.Delete(ctx, key))
	if has, err := store.Has(ctx, key); err != nil || has {
		t.Fatalf("after delete: %v %v", has, err)
	}
	must(t, store.Put(ctx, key, nil))
	if got, err := store.Get(ctx, key); err != nil || len(got) != 0 {
		t.Fatalf("an empty value: %v %v", got, err)
	}
}

func TestBatch(t *testing.T) {
	store, _ := connect(t)
	clear(t, store)
	must(t, store.Put(ctx, ds.NewKey("/old"), []byte("x")))
	batch, err := store.Batch(ctx)
	must(t, err)
	for i := 0; i < 100; i++ {
		must(t, batch.Put(ctx, ds.NewKey(fmt.Sprintf("/batch/%d", i)), []byte{byte(i)}))
	}
	must(t, batch.Delete(ctx, ds.NewKey("/old")))
	if has, _ := store.Has(ctx, ds.NewKey("/batch/1")); has {
		t.Fatal("visible before the commit")
	}
	must(t, batch.Commit(ctx))
	results, err := store.Query(ctx, query.Query{KeysOnly: true})
	must(t, err)
	entries, err := results.Rest()
	must(t, err)
	if len(entries) != 100 {
		t.Fatalf("%d keys after the commit", len(entries))
	}
}

func TestQueries(t *testing.T) {
	store, _ := connect(t)
	clear(t, store)
	for i := 0; i < 50; i++ {
		must(t, store.Put(ctx, ds.NewKey(fmt.Sprintf("/q/%02d", i)), []byte(fmt.Sprintf("%02d", 49-i))))
	}
	must(t, store.Put(ctx, ds.NewKey("/other"), []byte("x")))
	for name, q := range map[string]struct {
		query query.Query
		keys  string
	}{
		"prefix, order, offset, limit": {
			query.Query{Prefix: "/q", Orders: []query.Order{query.OrderByKey{}}, Offset: 3, Limit: 2}, "/q/03 /q/04"},
		"descending": {query.Query{Prefix: "q", Orders: []query.Order{query.OrderByKeyDescending{}}, Limit: 2}, "/q/49 /q/48"},
		"by value":   {query.Query{Prefix: "/q", Orders: []query.Order{query.OrderByValue{}}, Limit: 2}, "/q/49 /q/48"},
		"by value descending, then key": {query.Query{Prefix: "/q",
			Orders: []query.Order{query.OrderByValueDescending{}, query.OrderByKey{}}, Limit: 2}, "/q/00 /q/01"},
		"key compare": {query.Query{Filters: []query.Filter{&query.FilterKeyCompare{Op: query.LessThan, Key: "/q/00"}}}, "/other"},
		"key prefix and value compare": {query.Query{Filters: []query.Filter{&query.FilterKeyPrefix{Prefix: "/q/0"},
			&query.FilterValueCompare{Op: query.Equal, Value: []byte("42")}}}, "/q/07"},
		"keys only": {query.Query{KeysOnly: true, Prefix: "/q/01/.."}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			results, err := store.Query(ctx, q.query)
			must(t, err)
			entries, err := results.Rest()
			must(t, err)
			var keys []string
			for _, entry := range entries {
				keys = append(keys, entry.Key)
				if !entry.Expiration.IsZero() {
					t.Errorf("%s expires at %v", entry.Key, entry.Expiration)
				}
			}
			if q.keys != "" && strings.Join(keys, " ") != q.keys {
				t.Fatalf("%v", keys)
			}
			if q.keys == "" && len(keys) != 50 {
				t.Fatalf("%d keys", len(keys))
			}
		})
	}
	results, err := store.Query(ctx, query.Query{Prefix: "/q", KeysOnly: true, ReturnsSizes: true})
	must(t, err)
	entries, err := results.Rest()
	must(t, err)
	for _, entry := range entries {
		if entry.Size != 2 || entry.Value != nil {
			t.Fatalf("size %d, value %v", entry.Size, entry.Value)
		}
	}
	_, client := connect(t)
	stream, err := client.Query(ctx, &pb.QueryRequest{Orders: map[string][]byte{"OrderByKey": nil, "OrderByKeyDesc": nil}})
	must(t, err)
	if _, err = stream.Recv(); status.Code(err) != codes.InvalidArgument {
		t.Fatalf("orders that contradict each other: %v", err)
	}
}

func TestStreamingQuery(t *testing.T) {
	store, _ := connect(t)
	clear(t, store)
	value := bytes.Repeat([]byte("v"), 100_000)
	for i := 0; i < 200; i++ {
		must(t, store.Put(ctx, ds.NewKey(fmt.Sprintf("/s/%03d", i)), value))
	}
	results, err := store.Query(ctx, query.Query{Orders: []query.Order{query.OrderByKey{}}})
	must(t, err)
	var keys []string
	for result := range results.Next() {
		must(t, result.Error)
		if !bytes.Equal(result.Value, value) {
			t.Fatal("another value")
		}
		keys = append(keys, result.Key)
	}
	if len(keys) != 200 || !sort.StringsAreSorted(keys) {
		t.Fatalf("%d keys", len(keys))
	}
	clear(t, store)
}

func TestFeatures(t *testing.T) {
	store, _ := connect(t)
	clear(t, store)
	if persistent, ok := store.(ds.PersistentDatastore); ok {
		must(t, store.Put(ctx, ds.NewKey("/large"), bytes.Repeat([]byte("0123456789abcdef"), 200_000)))
		if _, err := persistent.DiskUsage(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if checked, ok := store.(ds.CheckedDatastore); ok {
		must(t, checked.Check(ctx))
	}
	if scrubbed, ok := store.(ds.ScrubbedDatastore); ok {
		must(t, scrubbed.Scrub(ctx))
	}
	if gc, ok := store.(ds.GCDatastore); ok {
		must(t, gc.CollectGarbage(ctx))
	}
	if ttl, ok := store.(ds.TTLDatastore); ok {
		must(t, ttl.PutWithTTL(ctx, ds.NewKey("/ttl"), []byte("x"), time.Hour))
		expires, err := ttl.GetExpiration(ctx, ds.NewKey("/ttl"))
		must(t, err)
		if left := time.Until(expires); left < 50*time.Minute || left > 61*time.Minute {
			t.Fatalf("expires in %v", left)
		}
		must(t, ttl.SetTTL(ctx, ds.NewKey("/ttl"), 2*time.Hour))
		must(t, store.Put(ctx, ds.NewKey("/ttl"), []byte("y")))
		expires, err = ttl.GetExpiration(ctx, ds.NewKey("/ttl"))
		must(t, err)
		if !expires.IsZero() {
			t.Fatalf("a plain put left an expiration: %v", expires)
		}
	} else if os.Getenv("MOTRDS_STORE") == "mem" {
		t.Fatal("the memory store has expiry")
	}
	clear(t, store)
}

// That client takes DeadlineExceeded and Canceled for success, so no answer may be one of them.
func TestADeadlineIsAnError(t *testing.T) {
	store, _ := connect(t)
	for i := 0; i < 200; i++ {
		short, cancel := context.WithTimeout(ctx, time.Duration(i+20)*time.Millisecond/10)
		_, err := store.Get(short, ds.NewKey("/absent"))
		cancel()
		if short.Err() == nil && err == nil {
			t.Fatal("an absent key was found")
		}
	}
}

// go-datastore's own suite, but for what that client cannot do with any server, its own included: it sends no filters and
// orders that are code and no filters that are no pointers (SubtestFilter, SubtestOrder, SubtestCombinations), and gives 0
// where the suite wants -1 for the size of an absent key (SubtestBasicPutGet, SubtestNotFounds). TestBasics and
// TestQueries test the rest of those.
func TestSubtestAll(t *testing.T) {
	store, _ := connect(t)
	clear(t, store)
	for name, subtest := range map[string]func(*testing.T, ds.Datastore){
		"Prefix":           dstest.SubtestPrefix,
		"Limit":            dstest.SubtestLimit,
		"ManyKeysAndQuery": dstest.SubtestManyKeysAndQuery,
		"ReturnSizes":      dstest.SubtestReturnSizes,
		"BasicSync":        dstest.SubtestBasicSync,
	} {
		t.Run(name, func(t *testing.T) { subtest(t, store) })
		clear(t, store)
	}
	for _, subtest := range dstest.BatchSubtests {
		subtest(t, store)
		clear(t, store)
	}
}

func BenchmarkGet200(b *testing.B) {
	store, _ := connect(b)
	key := ds.NewKey("/bench")
	must(b, store.Put(ctx, key, bytes.Repeat([]byte("x"), 200)))
	times := make([]time.Duration, b.N)
	b.ResetTimer()
	for i := range times {
		begin := time.Now()
		if _, err := store.Get(ctx, key); err != nil {
			b.Fatal(err)
		}
		times[i] = time.Since(begin)
	}
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	b.ReportMetric(float64(times[len(times)/2].Nanoseconds()), "ns-median")
	b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds()), "ns-p99")
}

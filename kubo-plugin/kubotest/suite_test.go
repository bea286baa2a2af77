package kubotest

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"testing"

	ds "github.com/ipfs/go-datastore"
	dstest "github.com/ipfs/go-datastore/test"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"

	"motrds.io/kubo-plugin/client"
	"motrds.io/kubo-plugin/protocol"
)

type object = map[string]any

// stores are those that the sidecar is tested with. S3_STORE is the Spec of a bucket to be had, in JSON.
func stores(t *testing.T) map[string]object {
	t.Helper()
	all := map[string]object{
		"memory":    {"type": "mem"},
		"LevelDB":   {"type": "levelds", "path": filepath.Join(t.TempDir(), "data")},
		"Motr fake": {"type": "motrds", "client": "fake", "index": "0x7800000000000001:0x1", "createIndex": true},
		"S3":        nil,
	}
	if text := os.Getenv("S3_STORE"); text != "" {
		var s3 object
		if err := json.Unmarshal([]byte(text), &s3); err != nil {
			t.Fatal(err)
		}
		all["S3"] = s3
	}
	return all
}

func connect(t testing.TB, socket string) *client.Store {
	t.Helper()
	store, err := client.Open(t.Context(), client.Options{Dial: func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func TestGoDatastoresSuitePassesOverTheSidecar(t *testing.T) {
	for name, spec := range stores(t) {
		t.Run(name, func(t *testing.T) {
			if spec == nil {
				t.Skip("not run: kubo-plugin: go-datastore's suite on S3: no server; S3_STORE names none")
			}
			socket := socketIn(t)
			serve(t, socket, spec)
			if name == "S3" {
				withFewEntries(t)
			}
			dstest.SubtestAll(t, connect(t, socket))
		})
	}
}

// withFewEntries has the suite fill the store with 80 entries instead of 400 before each of its 1,152 combinations of a
// query's parts. It writes, reads and deletes them one at a time, which would take S3 half an hour.
func withFewEntries(t *testing.T) {
	all := dstest.ElemCount
	dstest.ElemCount = 20 // the least that the suite allows
	t.Cleanup(func() { dstest.ElemCount = all })
}

// FuzzRequests sends the sidecar what no client of ours would. It must answer, and serve on.
func FuzzRequests(f *testing.F) {
	methods := protocol.Store_ServiceDesc.Methods
	for i := range methods {
		f.Add(i, []byte{})
		f.Add(i, []byte{0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f})
		f.Add(i, []byte("\x0a\x05/a/..\x12\x01\x00"))
		f.Add(i, []byte("\x0a\x02\xff\xfe\x10\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02"))
	}
	for i := range protocol.Store_ServiceDesc.Streams {
		f.Add(len(methods)+i, []byte{0x0a, 0x04, 0x0a, 0x02, '/', 'a'})
		f.Add(len(methods)+i, []byte{0xff, 0x01, 0x02})
	}
	socket := socketIn(f)
	serve(f, socket, object{"type": "mem"})
	conn, err := grpc.NewClient("unix:"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(raw{})))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = conn.Close() })
	store := connect(f, socket)
	f.Fuzz(func(t *testing.T, method int, request []byte) {
		method = int(uint(method) % uint(len(methods)+len(protocol.Store_ServiceDesc.Streams)))
		if method < len(methods) {
			_ = conn.Invoke(t.Context(), "/motrds.v1.Store/"+methods[method].MethodName, request, &[]byte{})
		} else {
			sendAndRead(t.Context(), conn, &protocol.Store_ServiceDesc.Streams[method-len(methods)], request)
		}
		if _, err := store.Has(t.Context(), ds.NewKey("/alive")); err != nil {
			t.Fatal(err)
		}
	})
}

func sendAndRead(ctx context.Context, conn *grpc.ClientConn, method *grpc.StreamDesc, request []byte) {
	stream, err := conn.NewStream(ctx, method, "/motrds.v1.Store/"+method.StreamName)
	if err != nil {
		return
	}
	_ = stream.SendMsg(request)
	_ = stream.CloseSend()
	for stream.RecvMsg(&[]byte{}) == nil {
	}
}

// raw sends bytes as they are.
type raw struct{}

var _ encoding.CodecV2 = raw{}

func (raw) Name() string { return "proto" }

func (raw) Marshal(message any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(message.([]byte))}, nil
}

func (raw) Unmarshal(data mem.BufferSlice, message any) error {
	*message.(*[]byte) = data.Materialize()
	return nil
}

// The aim is below 150 microseconds at the median, on a quiet machine.
func BenchmarkGet200Bytes(b *testing.B) { benchmarkGet(b, 200) }

// A block of a file, as `ipfs cat` gets them one by one.
func BenchmarkGet256KiB(b *testing.B) { benchmarkGet(b, 256<<10) }

func benchmarkGet(b *testing.B, size int) {
	socket := socketIn(b)
	serve(b, socket, object{"type": "mem"})
	store := connect(b, socket)
	key := ds.NewKey("/bench")
	if err := store.Put(b.Context(), key, make([]byte, size)); err != nil {
		b.Fatal(err)
	}
	for range 20_000 { // the JVM compiles what it runs often
		if _, err := store.Get(b.Context(), key); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(size))
	measure(b, func() error { _, err := store.Get(b.Context(), key); return err })
}

// A commit of 128 blocks of 256 KiB, what `ipfs add` does.
func BenchmarkBatchOf32MiB(b *testing.B) {
	socket := socketIn(b)
	serve(b, socket, object{"type": "mem"})
	store := connect(b, socket)
	block := make([]byte, 256<<10)
	b.SetBytes(128 << 18)
	measure(b, func() error {
		batch, _ := store.Batch(b.Context())
		for i := range 128 {
			if err := batch.Put(b.Context(), ds.KeyWithNamespaces([]string{"blocks", string(rune('A' + i))}), block); err != nil {
				return err
			}
		}
		return batch.Commit(b.Context())
	})
}

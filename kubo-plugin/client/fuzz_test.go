package client

import (
	"bytes"
	"errors"
	"io"
	"net"
	"path/filepath"
	"testing"
	"time"

	ds "github.com/ipfs/go-datastore"
	"github.com/ipfs/go-datastore/query"
	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"

	"motrds.io/kubo-plugin/internal/memserver"
	"motrds.io/kubo-plugin/protocol"
)

// FuzzDecoding: what is decoded here is what the protobuf library decodes.
func FuzzDecoding(f *testing.F) {
	for _, seed := range []string{"", "\x0a\x00", "\x0a\x03abc", "\x0a\x04abc", "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
		"\x10\x01\x0a\x01a", "\x0a\x01a\x0a\x01b", "\x0a", "\x0a\x80", "\x08\x01", "\x12\x01a"} {
		f.Add([]byte(seed), 1)
		f.Add([]byte(seed), 3)
	}
	protobuf := newCodec().protobuf
	f.Fuzz(func(t *testing.T, message []byte, piece int) {
		var wanted protocol.GetResponse
		wantedErr := proto.Unmarshal(message, &wanted)
		var pieces mem.BufferSlice
		for rest := message; len(rest) > 0; {
			n := min(len(rest), max(1, piece&0xff))
			pieces = append(pieces, mem.SliceBuffer(rest[:n]))
			rest = rest[n:]
		}
		var got incomingValue
		err := got.decode(pieces, protobuf)
		if (err == nil) != (wantedErr == nil) {
			t.Fatalf("error %v, protobuf's %v", err, wantedErr)
		}
		if err == nil && (got.found != (wanted.Value != nil) || !bytes.Equal(got.value, wanted.Value)) {
			t.Fatalf("%v, protobuf's %v", got, wanted.Value)
		}
	})
}

// FuzzEncoding: what is encoded here is what the protobuf library reads.
func FuzzEncoding(f *testing.F) {
	f.Add("/a", []byte("v"), "/b", true)
	f.Add("", []byte{}, "/", false)
	f.Add("/large", make([]byte, copiedBytes+1), "/b", true)
	f.Fuzz(func(t *testing.T, key string, value []byte, other string, commit bool) {
		var put protocol.PutRequest
		decode(t, encodePut(key, value), &put)
		if string(put.Key) != key || !bytes.Equal(put.Value, value) {
			t.Fatal(&put)
		}
		var batch protocol.BatchRequest
		decode(t, encodeBatch([]write{{key: key, value: value}, {key: other, deletes: true}}, commit), &batch)
		if len(batch.Writes) != 2 || batch.Commit != commit || string(batch.Writes[0].Key) != key ||
			batch.Writes[0].Value == nil || !bytes.Equal(batch.Writes[0].Value, value) ||
			string(batch.Writes[1].Key) != other || batch.Writes[1].Value != nil {
			t.Fatal(&batch)
		}
	})
}

func decode(t *testing.T, encoded outgoing, message proto.Message) {
	t.Helper()
	if err := proto.Unmarshal(mem.BufferSlice(encoded).Materialize(), message); err != nil {
		t.Fatal(err)
	}
}

// FuzzAnswers: whatever a server answers, a call ends, with a value or an error.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{"", "\x0a\x03abc", "\x0a\x04\x0a\x02/a", "\xff\xff\xff", "\x0a\xff\xff\xff\xff\x0f", "\x12\x02/a"} {
		f.Add([]byte(seed))
	}
	var answer []byte
	hello, err := proto.Marshal(memserver.New().Hi)
	if err != nil {
		f.Fatal(err)
	}
	server := grpc.NewServer(grpc.ForceServerCodecV2(rawCodec{}), grpc.UnknownServiceHandler(
		func(_ any, stream grpc.ServerStream) error {
			if method, _ := grpc.MethodFromServerStream(stream); method == protocol.Store_Hello_FullMethodName {
				return stream.SendMsg(hello)
			}
			return stream.SendMsg(answer)
		}))
	p := &place{t: f, socket: filepath.Join(f.TempDir(), "s")}
	listener, err := net.Listen("unix", p.socket)
	if err != nil {
		f.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	f.Cleanup(server.Stop)
	store, err := p.open(Options{RetryFor: time.Millisecond})
	if err != nil {
		f.Fatal(err)
	}
	key := ds.NewKey("/a")
	f.Fuzz(func(t *testing.T, message []byte) {
		answer = message
		_, _ = store.Get(t.Context(), key)
		_, _ = store.Has(t.Context(), key)
		_, _ = store.GetSize(t.Context(), key)
		_ = store.Put(t.Context(), key, message)
		batch, _ := store.Batch(t.Context())
		_ = batch.Put(t.Context(), key, message)
		_ = batch.Commit(t.Context())
		if results, err := store.Query(t.Context(), query.Query{ReturnsSizes: true}); err == nil {
			_, _ = results.Rest()
		}
		if store.isClosed() {
			t.Fatal(errors.New("closed"))
		}
	})
}

// rawCodec sends bytes as they are.
type rawCodec struct{}

var _ encoding.CodecV2 = rawCodec{}

func (rawCodec) Name() string { return "proto" }

func (rawCodec) Marshal(message any) (mem.BufferSlice, error) {
	bytes, ok := message.([]byte)
	if !ok {
		return nil, io.ErrUnexpectedEOF
	}
	return mem.BufferSlice{mem.SliceBuffer(bytes)}, nil
}

func (rawCodec) Unmarshal(mem.BufferSlice, any) error { return nil }

package client

import (
	"context"
	"errors"
	"io"

	ds "github.com/ipfs/go-datastore"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"

	"motrds.io/kubo-plugin/protocol"
)

const (
	// requestBytes is what a request of a batch holds, so that sending, receiving and storing overlap.
	requestBytes = 512 << 10
	// writeOverhead is what a write takes beside its key and value.
	writeOverhead = 32
)

// write is a put or a delete of a batch.
type write struct {
	key     string
	value   []byte
	deletes bool
}

func (w write) bytes() int64 { return int64(len(w.key)+len(w.value)) + writeOverhead }

// batch keeps its writes by reference and streams them when it is committed, so that they can be sent again to a sidecar
// that was replaced.
type batch struct {
	store  *Store
	writes []write
}

// Batch starts a group of writes, which become visible with the commit. A batch of more than half of what the sidecar
// takes at once is committed in parts, one after the other.
func (s *Store) Batch(context.Context) (ds.Batch, error) {
	return &batch{store: s}, nil
}

func (b *batch) Put(_ context.Context, key ds.Key, value []byte) error {
	if err := b.store.checkSize(key, value); err != nil {
		return err
	}
	b.writes = append(b.writes, write{key: key.String(), value: value})
	return nil
}

func (b *batch) Delete(_ context.Context, key ds.Key) error {
	b.writes = append(b.writes, write{key: key.String(), deletes: true})
	return nil
}

func (b *batch) Commit(ctx context.Context) error {
	for len(b.writes) > 0 {
		part, bytes := take(b.writes, b.store.batchBudget())
		if err := b.store.commit(ctx, part, bytes); err != nil {
			return err
		}
		b.writes = b.writes[len(part):]
	}
	return nil
}

// take gives the first writes that together have at most so many bytes, at least one, and their bytes.
func take(writes []write, most int64) (part []write, bytes int64) {
	for i, w := range writes {
		if i > 0 && bytes+w.bytes() > most {
			return writes[:i], bytes
		}
		bytes += w.bytes()
	}
	return writes, bytes
}

// batchBudget is what commits of this client may hold in the sidecar at once: half, as there may be other clients.
func (s *Store) batchBudget() int64 { return max(1, int64(min(s.hello.MaxBatchBytes, 1<<40)/2)) }

// commit sends a part of a batch; once more what failed or may have failed, if that may pass. Writes that take effect
// twice do no harm: each says what the key's value is to be.
func (s *Store) commit(ctx context.Context, writes []write, bytes int64) error {
	held := min(bytes, s.batchBudget())
	if err := s.batches.Acquire(ctx, held); err != nil {
		return err
	}
	defer s.batches.Release(held)
	return s.retry(ctx, "commit of a batch", func(ctx context.Context) error {
		unsettled, err := s.stream(ctx, writes)
		if err != nil && len(unsettled) > 0 && namesAll(err) {
			writes = only(writes, unsettled)
		}
		return err
	})
}

// namesAll says whether a failure came after all keys that it is about; a stream that broke may have named some.
func namesAll(err error) bool {
	for _, detail := range status.Convert(err).Details() {
		if failure, ok := detail.(*protocol.Failure); ok {
			return failure.Batch
		}
	}
	return false
}

// stream sends writes and their commit. With an error come the keys that it is about, or none if it is about all.
func (s *Store) stream(ctx context.Context, writes []write) (unsettled map[string]bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := s.conn.NewStream(ctx, &protocol.Store_ServiceDesc.Streams[batchStream],
		protocol.Store_Batch_FullMethodName)
	if err != nil {
		return nil, err
	}
	for len(writes) > 0 {
		request, _ := take(writes, requestBytes)
		writes = writes[len(request):]
		if err := stream.SendMsg(encodeBatch(request, len(writes) == 0)); err != nil {
			break // the status follows
		}
	}
	_ = stream.CloseSend()
	return settle(stream)
}

// settle reads what the sidecar says of a batch.
func settle(stream grpc.ClientStream) (unsettled map[string]bool, err error) {
	for {
		var response protocol.BatchResponse
		err := stream.RecvMsg(&response)
		if errors.Is(err, io.EOF) {
			if len(unsettled) > 0 {
				return nil, errMalformed // keys that failed, and no failure
			}
			return nil, nil
		}
		if err != nil {
			return unsettled, err
		}
		if unsettled == nil {
			unsettled = make(map[string]bool)
		}
		for _, key := range append(response.FailedKeys, response.UnknownKeys...) {
			unsettled[string(key)] = true
		}
	}
}

func only(writes []write, keys map[string]bool) []write {
	var chosen []write
	for _, w := range writes {
		if keys[w.key] {
			chosen = append(chosen, w)
		}
	}
	return chosen
}

// batchStream is where the generated description of the service has Batch.
var batchStream = func() int {
	for i, stream := range protocol.Store_ServiceDesc.Streams {
		if stream.StreamName == "Batch" {
			return i
		}
	}
	panic("the protocol has no Batch")
}()

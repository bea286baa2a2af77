// Package memserver serves a map in memory with the sidecar's protocol, for tests of what talks to a sidecar.
package memserver

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"

	ds "github.com/ipfs/go-datastore"
	"github.com/ipfs/go-datastore/query"
	dssync "github.com/ipfs/go-datastore/sync"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"

	"motrds.io/kubo-plugin/protocol"
)

// Server is the service. Set what a test wants before it serves.
type Server struct {
	protocol.UnimplementedStoreServer
	Store ds.Datastore
	Hi    *protocol.HelloResponse
	// Before is asked before each call and each message of a batch; its error is the answer. It may be nil.
	Before func(method string) error

	mutex   sync.Mutex
	batches [][]*protocol.Write // committed
	pings   int
}

// New is a server of an empty store.
func New() *Server {
	return &Server{
		Store: dssync.MutexWrap(ds.NewMapDatastore()),
		Hi: &protocol.HelloResponse{
			Version: 1, ServerRelease: "0.1.0", StoreName: "mem test", MaxKeyBytes: 900, MaxValueBytes: 4 << 20,
			MaxMessageBytes: 5 << 20, MaxBatchBytes: 64 << 20, IdleLimitMillis: 60_000,
		},
	}
}

// Batches are the writes that each commit had.
func (s *Server) Batches() [][]*protocol.Write {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.batches
}

// Pings counts the empty requests of queries.
func (s *Server) Pings() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.pings
}

// Fail is a status with the detail that the sidecar gives.
func Fail(code codes.Code, kind protocol.Failure_Kind, retryable bool, message string) error {
	said, err := status.New(code, message).WithDetails(&protocol.Failure{Kind: kind, Retryable: retryable})
	if err != nil {
		panic(err)
	}
	return said.Err()
}

func (s *Server) before(method string) error {
	if s.Before == nil {
		return nil
	}
	return s.Before(method)
}

func (s *Server) Hello(context.Context, *protocol.HelloRequest) (*protocol.HelloResponse, error) {
	return s.Hi, s.before("Hello")
}

func (s *Server) Get(ctx context.Context, r *protocol.GetRequest) (*protocol.GetResponse, error) {
	if err := s.before("Get"); err != nil {
		return nil, err
	}
	value, err := s.Store.Get(ctx, key(r.Key))
	if errors.Is(err, ds.ErrNotFound) {
		return &protocol.GetResponse{}, nil
	}
	return &protocol.GetResponse{Value: present(value)}, err
}

func (s *Server) Has(ctx context.Context, r *protocol.HasRequest) (*protocol.HasResponse, error) {
	if err := s.before("Has"); err != nil {
		return nil, err
	}
	has, err := s.Store.Has(ctx, key(r.Key))
	return &protocol.HasResponse{Has: has}, err
}

func (s *Server) Size(ctx context.Context, r *protocol.SizeRequest) (*protocol.SizeResponse, error) {
	if err := s.before("Size"); err != nil {
		return nil, err
	}
	size, err := s.Store.GetSize(ctx, key(r.Key))
	if errors.Is(err, ds.ErrNotFound) {
		return &protocol.SizeResponse{}, nil
	}
	known := uint64(size)
	return &protocol.SizeResponse{Size: &known}, err
}

func (s *Server) Put(ctx context.Context, r *protocol.PutRequest) (*protocol.PutResponse, error) {
	if err := s.before("Put"); err != nil {
		return nil, err
	}
	return &protocol.PutResponse{}, s.Store.Put(ctx, key(r.Key), present(r.Value))
}

func (s *Server) Delete(ctx context.Context, r *protocol.DeleteRequest) (*protocol.DeleteResponse, error) {
	if err := s.before("Delete"); err != nil {
		return nil, err
	}
	return &protocol.DeleteResponse{}, s.Store.Delete(ctx, key(r.Key))
}

func (s *Server) Sync(ctx context.Context, r *protocol.SyncRequest) (*protocol.SyncResponse, error) {
	return &protocol.SyncResponse{}, errors.Join(s.before("Sync"), s.Store.Sync(ctx, key(r.Prefix)))
}

func (s *Server) DiskUsage(context.Context, *protocol.DiskUsageRequest) (*protocol.DiskUsageResponse, error) {
	return &protocol.DiskUsageResponse{Bytes: 4711}, s.before("DiskUsage")
}

func (s *Server) CollectGarbage(
	context.Context, *protocol.CollectGarbageRequest,
) (*protocol.CollectGarbageResponse, error) {
	return &protocol.CollectGarbageResponse{}, s.before("CollectGarbage")
}

func (s *Server) Check(context.Context, *protocol.CheckRequest) (*protocol.CheckResponse, error) {
	return &protocol.CheckResponse{}, s.before("Check")
}

func (s *Server) Scrub(context.Context, *protocol.ScrubRequest) (*protocol.ScrubResponse, error) {
	return &protocol.ScrubResponse{}, s.before("Scrub")
}

// Batch applies the writes one after the other once they are committed.
func (s *Server) Batch(stream protocol.Store_BatchServer) error {
	var writes []*protocol.Write
	for {
		request, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil // no commit
		}
		if err != nil {
			return err
		}
		if err := s.before("Batch"); err != nil {
			return err
		}
		writes = append(writes, request.Writes...)
		if request.Commit {
			break
		}
	}
	s.mutex.Lock()
	s.batches = append(s.batches, writes)
	s.mutex.Unlock()
	for _, w := range writes {
		if err := s.apply(stream.Context(), w); err != nil {
			return err
		}
	}
	if err := s.before("Commit"); err != nil {
		response := &protocol.BatchResponse{FailedKeys: [][]byte{writes[0].Key}}
		return errors.Join(stream.Send(response), ofBatch(err))
	}
	return nil
}

// ofBatch says of a failure that it follows the keys that it is about.
func ofBatch(err error) error {
	said := status.Convert(err).Proto()
	for i, detail := range said.Details {
		failure := &protocol.Failure{}
		if detail.UnmarshalTo(failure) == nil {
			failure.Batch = true
			if detail, err = anypb.New(failure); err != nil {
				panic(err)
			}
			said.Details[i] = detail
		}
	}
	return status.ErrorProto(said)
}

func (s *Server) apply(ctx context.Context, w *protocol.Write) error {
	if w.Value == nil {
		return s.Store.Delete(ctx, key(w.Key))
	}
	return s.Store.Put(ctx, key(w.Key), w.Value)
}

// Query answers with at most two entries a message, so that there are several.
func (s *Server) Query(stream protocol.Store_QueryServer) error {
	request, err := stream.Recv()
	if err != nil {
		return err
	}
	if err := s.before("Query"); err != nil {
		return err
	}
	go s.countPings(stream)
	results, err := s.Store.Query(stream.Context(), plain(request.Query))
	if err != nil {
		return err
	}
	entries, err := results.Rest()
	if err != nil {
		return err
	}
	if request.Query.Limit != nil {
		entries = entries[:min(len(entries), int(*request.Query.Limit))]
	}
	for len(entries) > 0 {
		some := entries[:min(2, len(entries))]
		entries = entries[len(some):]
		if err := stream.Send(&protocol.QueryResponse{Entries: encode(some, request.Query.Projection)}); err != nil {
			return err
		}
		if err := s.before("QueryResponse"); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) countPings(stream protocol.Store_QueryServer) {
	for {
		if _, err := stream.Recv(); err != nil {
			return
		}
		s.mutex.Lock()
		s.pings++
		s.mutex.Unlock()
	}
}

func encode(entries []query.Entry, projection protocol.Projection) []*protocol.QueryResponse_Entry {
	encoded := make([]*protocol.QueryResponse_Entry, len(entries))
	for i, e := range entries {
		encoded[i] = &protocol.QueryResponse_Entry{Key: []byte(e.Key)}
		switch projection {
		case protocol.Projection_KEYS_AND_VALUES:
			encoded[i].Value = present(e.Value)
		case protocol.Projection_KEYS_AND_SIZES:
			size := uint64(len(e.Value))
			encoded[i].Size = &size
		}
	}
	return encoded
}

var ops = map[protocol.Comparison]query.Op{
	protocol.Comparison_EQUAL: query.Equal, protocol.Comparison_NOT_EQUAL: query.NotEqual,
	protocol.Comparison_GREATER: query.GreaterThan, protocol.Comparison_GREATER_OR_EQUAL: query.GreaterThanOrEqual,
	protocol.Comparison_LESS: query.LessThan, protocol.Comparison_LESS_OR_EQUAL: query.LessThanOrEqual,
}

// plain is the query for the map, which looks at values for filters, orders and sizes.
func plain(q *protocol.Query) query.Query {
	found := query.Query{Prefix: string(q.Prefix), Offset: int(q.Offset)}
	for _, f := range q.Filters {
		switch {
		case f.GetKeyCompare() != nil:
			compare := f.GetKeyCompare()
			found.Filters = append(found.Filters,
				query.FilterKeyCompare{Op: ops[compare.Comparison], Key: string(compare.Text)})
		case f.GetKeyPrefix() != nil:
			found.Filters = append(found.Filters, query.FilterKeyPrefix{Prefix: string(f.GetKeyPrefix().Text)})
		default:
			compare := f.GetValueCompare()
			found.Filters = append(found.Filters,
				query.FilterValueCompare{Op: ops[compare.Comparison], Value: compare.Value})
		}
	}
	for _, o := range q.Orders {
		found.Orders = append(found.Orders, map[protocol.Order]query.Order{
			protocol.Order_BY_KEY: query.OrderByKey{}, protocol.Order_BY_KEY_DESCENDING: query.OrderByKeyDescending{},
			protocol.Order_BY_VALUE:            query.OrderByValue{},
			protocol.Order_BY_VALUE_DESCENDING: query.OrderByValueDescending{},
		}[o])
	}
	return found
}

func key(bytes []byte) ds.Key { return ds.NewKey(strings.Clone(string(bytes))) }

func present(value []byte) []byte {
	if value == nil {
		return []byte{}
	}
	return value
}

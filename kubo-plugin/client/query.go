package client

import (
	"context"
	"errors"
	"io"
	"time"

	ds "github.com/ipfs/go-datastore"
	"github.com/ipfs/go-datastore/query"
	"google.golang.org/grpc"

	"motrds.io/kubo-plugin/protocol"
)

// Query asks the sidecar to filter, to order and to count, except where a filter or an order is a function of the
// caller's. It is repeated, if that may help, as long as it has given no entry. The context is that of the whole query.
func (s *Store) Query(ctx context.Context, q query.Query) (query.Results, error) {
	remote, rest := divide(q)
	ctx, cancel := context.WithCancel(ctx)
	r := &results{store: s, ctx: ctx, cancel: cancel, request: remote, keysOnly: q.KeysOnly}
	if err := s.retry(ctx, "query", r.begin); err != nil {
		cancel()
		return nil, err
	}
	found := query.ResultsFromIterator(q, query.Iterator{Next: r.next, Close: r.close})
	return query.NaiveQueryApply(rest, found), nil
}

// divide gives what the sidecar does of a query, and what is left to do here.
func divide(q query.Query) (*protocol.Query, query.Query) {
	remote := &protocol.Query{Projection: projection(q)}
	if q.Prefix != "" {
		remote.Prefix = ds.NewKey(q.Prefix).Bytes()
	}
	var rest query.Query
	for _, filter := range q.Filters {
		if f := encodeFilter(filter); f != nil {
			remote.Filters = append(remote.Filters, f)
		} else {
			rest.Filters = append(rest.Filters, filter)
		}
	}
	for _, order := range q.Orders {
		o := encodeOrder(order)
		if o == protocol.Order_ORDER_UNSPECIFIED {
			remote.Orders, rest.Orders = nil, q.Orders
			break
		}
		remote.Orders = append(remote.Orders, o)
	}
	if len(rest.Filters) > 0 || len(rest.Orders) > 0 {
		rest.Offset, rest.Limit = q.Offset, q.Limit
		return remote, rest
	}
	remote.Offset = uint64(max(0, q.Offset))
	if q.Limit > 0 {
		limit := uint64(q.Limit)
		remote.Limit = &limit
	}
	return remote, rest
}

func projection(q query.Query) protocol.Projection {
	switch {
	case !q.KeysOnly:
		return protocol.Projection_KEYS_AND_VALUES
	case q.ReturnsSizes:
		return protocol.Projection_KEYS_AND_SIZES
	default:
		return protocol.Projection_KEYS
	}
}

// encodeFilter gives nil for a filter that only the caller knows.
func encodeFilter(filter query.Filter) *protocol.Filter {
	switch f := filter.(type) {
	case query.FilterKeyCompare:
		if comparison := encodeComparison(f.Op); comparison != protocol.Comparison_COMPARISON_UNSPECIFIED {
			compare := &protocol.Filter_KeyCompare{Comparison: comparison, Text: []byte(f.Key)}
			return &protocol.Filter{Filter: &protocol.Filter_KeyCompare_{KeyCompare: compare}}
		}
	case *query.FilterKeyCompare:
		return encodeFilter(*f)
	case query.FilterKeyPrefix:
		prefix := &protocol.Filter_KeyPrefix{Text: []byte(f.Prefix)}
		return &protocol.Filter{Filter: &protocol.Filter_KeyPrefix_{KeyPrefix: prefix}}
	case *query.FilterKeyPrefix:
		return encodeFilter(*f)
	case query.FilterValueCompare:
		if comparison := encodeComparison(f.Op); comparison != protocol.Comparison_COMPARISON_UNSPECIFIED {
			compare := &protocol.Filter_ValueCompare{Comparison: comparison, Value: f.Value}
			return &protocol.Filter{Filter: &protocol.Filter_ValueCompare_{ValueCompare: compare}}
		}
	case *query.FilterValueCompare:
		return encodeFilter(*f)
	}
	return nil
}

func encodeComparison(op query.Op) protocol.Comparison {
	switch op {
	case query.Equal:
		return protocol.Comparison_EQUAL
	case query.NotEqual:
		return protocol.Comparison_NOT_EQUAL
	case query.GreaterThan:
		return protocol.Comparison_GREATER
	case query.GreaterThanOrEqual:
		return protocol.Comparison_GREATER_OR_EQUAL
	case query.LessThan:
		return protocol.Comparison_LESS
	case query.LessThanOrEqual:
		return protocol.Comparison_LESS_OR_EQUAL
	default:
		return protocol.Comparison_COMPARISON_UNSPECIFIED
	}
}

// encodeOrder gives ORDER_UNSPECIFIED for an order that only the caller knows.
func encodeOrder(order query.Order) protocol.Order {
	switch order.(type) {
	case query.OrderByKey, *query.OrderByKey:
		return protocol.Order_BY_KEY
	case query.OrderByKeyDescending, *query.OrderByKeyDescending:
		return protocol.Order_BY_KEY_DESCENDING
	case query.OrderByValue, *query.OrderByValue:
		return protocol.Order_BY_VALUE
	case query.OrderByValueDescending, *query.OrderByValueDescending:
		return protocol.Order_BY_VALUE_DESCENDING
	default:
		return protocol.Order_ORDER_UNSPECIFIED
	}
}

// results are the entries of a query as they come.
type results struct {
	store    *Store
	ctx      context.Context
	cancel   context.CancelFunc
	request  *protocol.Query
	keysOnly bool
	stream   grpc.BidiStreamingClient[protocol.QueryRequest, protocol.QueryResponse]
	entries  []*protocol.QueryResponse_Entry // those that came and were not given yet
	ended    bool
}

// begin sends the query and waits for the first entries, so that a failure is the query's own and it can be repeated.
func (r *results) begin(ctx context.Context) error {
	stream, err := r.store.stub.Query(ctx)
	if err != nil {
		return err
	}
	// when sending fails, the status follows
	_ = stream.Send(&protocol.QueryRequest{Query: r.request})
	r.stream = stream
	if err := r.receive(); err != nil {
		return err
	}
	if !r.ended {
		go r.keep()
	}
	return nil
}

func (r *results) receive() error {
	response, err := r.stream.Recv()
	if errors.Is(err, io.EOF) {
		r.ended = true
		r.cancel()
		return nil
	}
	if err != nil {
		return err
	}
	r.entries = response.Entries
	return nil
}

// keep tells the sidecar that the query is still wanted while the caller works on the entries that came.
func (r *results) keep() {
	idle := time.Duration(r.store.hello.IdleLimitMillis) * time.Millisecond
	if idle <= 0 {
		return
	}
	ticker := time.NewTicker(max(idle/3, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if r.stream.Send(&protocol.QueryRequest{}) != nil {
				return
			}
		case <-r.stream.Context().Done():
			return
		}
	}
}

func (r *results) next() (query.Result, bool) {
	for len(r.entries) == 0 {
		if r.ended {
			return query.Result{}, false
		}
		if err := r.receive(); err != nil {
			r.ended = true
			err = r.store.failure(r.ctx, "query", err)
			r.cancel()
			return query.Result{Error: err}, true
		}
	}
	entry := r.entries[0]
	r.entries = r.entries[1:]
	return query.Result{Entry: r.decode(entry)}, true
}

func (r *results) decode(e *protocol.QueryResponse_Entry) query.Entry {
	entry := query.Entry{Key: string(e.Key), Size: -1}
	switch {
	case !r.keysOnly:
		entry.Value, entry.Size = e.Value, len(e.Value)
		if entry.Value == nil {
			entry.Value = []byte{}
		}
	case e.Size != nil:
		entry.Size = int(*e.Size)
	}
	return entry
}

// close ends the query; it may be called while another goroutine waits for the next entry.
func (r *results) close() error {
	r.cancel()
	return nil
}

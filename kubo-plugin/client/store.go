package client

import (
	"context"
	"fmt"

	ds "github.com/ipfs/go-datastore"

	"motrds.io/kubo-plugin/protocol"
)

// call makes one of the calls that are safe to repeat, when there is room for it.
func (s *Store) call(ctx context.Context, op string, call func(context.Context) error) error {
	if err := s.calls.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.calls.Release(1)
	return s.retry(ctx, op, call)
}

// Get returns a value, or [ds.ErrNotFound].
func (s *Store) Get(ctx context.Context, key ds.Key) ([]byte, error) {
	var response incomingValue
	err := s.call(ctx, "get "+key.String(), func(ctx context.Context) error {
		response = incomingValue{}
		return s.conn.Invoke(ctx, protocol.Store_Get_FullMethodName, encodeKey(key), &response)
	})
	if err != nil {
		return nil, err
	}
	if !response.found {
		return nil, ds.ErrNotFound
	}
	return response.value, nil
}

// encodeKey is the request of Get, Has, Size and Delete.
func encodeKey(key ds.Key) outgoing {
	var e encoder
	e.text(1, key.String())
	return e.message()
}

// Has says whether there is a value.
func (s *Store) Has(ctx context.Context, key ds.Key) (bool, error) {
	var response protocol.HasResponse
	err := s.call(ctx, "has "+key.String(), func(ctx context.Context) error {
		return s.conn.Invoke(ctx, protocol.Store_Has_FullMethodName, encodeKey(key), &response)
	})
	return err == nil && response.Has, err
}

// GetSize returns the length of a value; -1 and [ds.ErrNotFound] if there is none.
func (s *Store) GetSize(ctx context.Context, key ds.Key) (int, error) {
	var response protocol.SizeResponse
	err := s.call(ctx, "size of "+key.String(), func(ctx context.Context) error {
		return s.conn.Invoke(ctx, protocol.Store_Size_FullMethodName, encodeKey(key), &response)
	})
	if err != nil {
		return -1, err
	}
	if response.Size == nil {
		return -1, ds.ErrNotFound
	}
	return int(*response.Size), nil
}

// Put stores a value.
func (s *Store) Put(ctx context.Context, key ds.Key, value []byte) error {
	if err := s.checkSize(key, value); err != nil {
		return err
	}
	return s.call(ctx, "put "+key.String(), func(ctx context.Context) error {
		return s.conn.Invoke(ctx, protocol.Store_Put_FullMethodName, encodePut(key.String(), value),
			&protocol.PutResponse{})
	})
}

// checkSize refuses what the store would refuse, before it is sent.
func (s *Store) checkSize(key ds.Key, value []byte) error {
	if len(key.String()) > int(s.hello.MaxKeyBytes) {
		return fmt.Errorf("motrds: put: the key of %d bytes is longer than the %d that %s takes: %.64s…",
			len(key.String()), s.hello.MaxKeyBytes, s.Name(), key)
	}
	if uint64(len(value)) > uint64(s.hello.MaxValueBytes) {
		return fmt.Errorf("motrds: put %s: the value of %d bytes is larger than the %d that %s takes",
			key, len(value), s.hello.MaxValueBytes, s.Name())
	}
	return nil
}

// Delete removes a value. It is no error if there is none.
func (s *Store) Delete(ctx context.Context, key ds.Key) error {
	return s.call(ctx, "delete "+key.String(), func(ctx context.Context) error {
		return s.conn.Invoke(ctx, protocol.Store_Delete_FullMethodName, encodeKey(key), &protocol.DeleteResponse{})
	})
}

// Sync returns when all that was written below the prefix is durable.
func (s *Store) Sync(ctx context.Context, prefix ds.Key) error {
	return s.call(ctx, "sync "+prefix.String(), func(ctx context.Context) error {
		_, err := s.stub.Sync(ctx, &protocol.SyncRequest{Prefix: prefix.Bytes()})
		return err
	})
}

// DiskUsage returns the bytes that the store takes; 0 if it does not know.
func (s *Store) DiskUsage(ctx context.Context) (uint64, error) {
	if !s.HasFeature(protocol.Feature_DISK_USAGE) {
		return 0, nil
	}
	var used uint64
	err := s.call(ctx, "disk usage", func(ctx context.Context) error {
		response, err := s.stub.DiskUsage(ctx, &protocol.DiskUsageRequest{})
		used = response.GetBytes()
		return err
	})
	return used, err
}

// CollectGarbage gives back the space of deleted values, where that does not happen by itself.
func (s *Store) CollectGarbage(ctx context.Context) error {
	return s.maintain(ctx, "garbage collection", protocol.Feature_GARBAGE_COLLECTION, func(ctx context.Context) error {
		_, err := s.stub.CollectGarbage(ctx, &protocol.CollectGarbageRequest{})
		return err
	})
}

// Check looks for damage, where the store can.
func (s *Store) Check(ctx context.Context) error {
	return s.maintain(ctx, "check", protocol.Feature_CONSISTENCY_CHECK, func(ctx context.Context) error {
		_, err := s.stub.Check(ctx, &protocol.CheckRequest{})
		return err
	})
}

// Scrub repairs what can be repaired, where the store can.
func (s *Store) Scrub(ctx context.Context) error {
	return s.maintain(ctx, "scrub", protocol.Feature_SCRUB, func(ctx context.Context) error {
		_, err := s.stub.Scrub(ctx, &protocol.ScrubRequest{})
		return err
	})
}

// maintain makes a long call once; a store without the feature has nothing to do.
func (s *Store) maintain(
	ctx context.Context, op string, feature protocol.Feature, call func(context.Context) error,
) error {
	if !s.HasFeature(feature) {
		return nil
	}
	return s.once(ctx, op, call)
}

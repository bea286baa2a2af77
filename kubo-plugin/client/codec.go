package client

import (
	"encoding/binary"
	"errors"
	"io"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"

	"motrds.io/kubo-plugin/protocol"
)

// The messages that carry values are encoded here, so that a value goes out without being copied and comes in with one
// copy. All others are encoded by the protobuf library. store.proto gives the fields' numbers.

// outgoing is an encoded request. Values in it are the caller's own arrays.
type outgoing mem.BufferSlice

// incomingValue is a GetResponse.
type incomingValue struct {
	found bool
	value []byte
}

type codec struct{ protobuf encoding.CodecV2 }

func newCodec() codec { return codec{encoding.GetCodecV2(proto.Name)} }

func (codec) Name() string { return proto.Name }

func (c codec) Marshal(message any) (mem.BufferSlice, error) {
	if encoded, ok := message.(outgoing); ok {
		return mem.BufferSlice(encoded), nil
	}
	return c.protobuf.Marshal(message)
}

func (c codec) Unmarshal(data mem.BufferSlice, message any) error {
	if value, ok := message.(*incomingValue); ok {
		return value.decode(data, c.protobuf)
	}
	return c.protobuf.Unmarshal(data, message)
}

// decode takes the short way for what a server of ours sends: nothing, or field 1 alone.
func (v *incomingValue) decode(data mem.BufferSlice, protobuf encoding.CodecV2) error {
	if data.Len() == 0 {
		return nil
	}
	reader := data.Reader()
	defer reader.Close()
	tag, _ := reader.ReadByte()
	length, err := binary.ReadUvarint(reader)
	if tag == 1<<3|byte(protowire.BytesType) && err == nil && length == uint64(reader.Remaining()) {
		v.found, v.value = true, make([]byte, length)
		_, err = io.ReadFull(reader, v.value)
		return err
	}
	var response protocol.GetResponse
	if err := protobuf.Unmarshal(data, &response); err != nil {
		return err
	}
	if response.Value != nil {
		v.found, v.value = true, response.Value
	}
	return nil
}

// copiedBytes is the size up to which a value is cheaper to copy than to send as a piece of its own.
const copiedBytes = 4 << 10

// encoder builds a request from small pieces, which it collects in one array, and large values, which it refers to.
type encoder struct {
	done  mem.BufferSlice
	piece []byte
}

func (e *encoder) bytes(field protowire.Number, bytes []byte) {
	e.header(field, len(bytes))
	if len(bytes) <= copiedBytes {
		e.piece = append(e.piece, bytes...)
		return
	}
	e.done = append(e.done, mem.SliceBuffer(e.piece), mem.SliceBuffer(bytes))
	e.piece = nil
}

func (e *encoder) text(field protowire.Number, text string) {
	e.header(field, len(text))
	e.piece = append(e.piece, text...)
}

func (e *encoder) header(field protowire.Number, length int) {
	e.piece = protowire.AppendTag(e.piece, field, protowire.BytesType)
	e.piece = protowire.AppendVarint(e.piece, uint64(length))
}

func (e *encoder) message() outgoing {
	if len(e.piece) > 0 {
		e.done = append(e.done, mem.SliceBuffer(e.piece))
		e.piece = nil
	}
	return outgoing(e.done)
}

func encodePut(key string, value []byte) outgoing {
	var e encoder
	e.text(1, key)
	e.bytes(2, value)
	return e.message()
}

func encodeBatch(writes []write, commit bool) outgoing {
	var e encoder
	for _, w := range writes {
		e.header(1, w.encodedBytes())
		e.text(1, w.key)
		if !w.deletes {
			e.bytes(2, w.value)
		}
	}
	if commit {
		e.piece = protowire.AppendTag(e.piece, 2, protowire.VarintType)
		e.piece = protowire.AppendVarint(e.piece, 1)
	}
	return e.message()
}

// encodedBytes is the length of a Write.
func (w write) encodedBytes() int {
	size := 1 + protowire.SizeBytes(len(w.key))
	if !w.deletes {
		size += 1 + protowire.SizeBytes(len(w.value))
	}
	return size
}

var errMalformed = errors.New("the sidecar's answer makes no sense")

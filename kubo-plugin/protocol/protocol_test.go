package protocol

import (
	"context"
	"testing"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"
)

func TestTheGeneratedCodeIsThatOfTheServersProtocol(t *testing.T) {
	compiler := protocompile.Compiler{
		Resolver: &protocompile.SourceResolver{ImportPaths: []string{"../../server/src/main/proto"}},
	}
	files, err := compiler.Compile(context.Background(), "motrds/v1/store.proto")
	if err != nil {
		t.Fatal(err)
	}
	source, generated := protodesc.ToFileDescriptorProto(files[0]), protodesc.ToFileDescriptorProto(File_motrds_v1_store_proto)
	for _, file := range []*descriptorpb.FileDescriptorProto{source, generated} {
		file.Options, file.SourceCodeInfo = nil, nil
	}
	if !proto.Equal(source, generated) {
		t.Error("store.proto has changed; run kubo-plugin/generate")
	}
}

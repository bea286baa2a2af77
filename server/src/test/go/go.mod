module motrds.io/server/gotest

go 1.24

require (
	github.com/guseggert/go-ds-grpc v0.0.0-20230406212938-1ddc73e95f8d
	github.com/ipfs/go-datastore v0.6.0
	google.golang.org/grpc v1.54.0
)

require (
	github.com/golang/protobuf v1.5.3 // indirect
	github.com/google/uuid v1.3.0 // indirect
	github.com/ipfs/go-detect-race v0.0.1 // indirect
	github.com/jbenet/goprocess v0.1.4 // indirect
	golang.org/x/net v0.8.0 // indirect
	golang.org/x/sys v0.6.0 // indirect
	golang.org/x/text v0.8.0 // indirect
	google.golang.org/genproto v0.0.0-20230331144136-dcfb400f0633 // indirect
	google.golang.org/protobuf v1.30.0 // indirect
)

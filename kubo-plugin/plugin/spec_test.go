package plugin

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ipfs/kubo/repo/fsrepo"
)

// What the earlier plugin's description shows.
const (
	earlierSpec = `{
		"child": {
			"haxAddr": "inet:tcp:192.168.1.161@22001",
			"index": "0x7800000000000123:0x123456780",
			"leveldbPath": "/home/allisterb/.leveldb/ipfs",
			"localAddr": "inet:tcp:192.168.1.161@22501",
			"processFid": "0x7200000000000001:0x3",
			"profileFid": "0x7000000000000001:0x0",
			"type": "motrds"
		},
		"prefix": "motr.datastore",
		"type": "measure"
	}`
	earlierDiskSpec = `{"haxAddr":"inet:tcp:192.168.1.161@22001","index":"0x7800000000000123:0x123456780",` +
		`"leveldbPath":"/home/allisterb/.leveldb/ipfs","localAddr":"inet:tcp:192.168.1.161@22501",` +
		`"processFid":"0x7200000000000001:0x3","profileFid":"0x7000000000000001:0x0"}`
)

func init() {
	if err := fsrepo.AddDatastoreConfigHandler(typeMotr, motrds{}.DatastoreConfigParser()); err != nil {
		panic(err)
	}
}

func read(t *testing.T, spec string) (fsrepo.DatastoreConfig, error) {
	t.Helper()
	var parameters map[string]any
	if err := json.Unmarshal([]byte(spec), &parameters); err != nil {
		t.Fatal(err)
	}
	return fsrepo.AnyDatastoreConfig(parameters)
}

func TestTheEarlierPluginsSpecAndDiskSpecWorkAsTheyStand(t *testing.T) {
	config, err := read(t, earlierSpec)
	if err != nil {
		t.Fatal(err)
	}
	if spec := config.DiskSpec().String(); spec != earlierDiskSpec {
		t.Error(spec)
	}
}

func TestTheDiskSpecIsThatOfTheStore(t *testing.T) {
	for store, wanted := range map[string]string{
		`{"type":"levelds","path":"datastore","compression":"none"}`:                                            `{"path":"datastore","type":"levelds"}`,
		`{"type":"s3ds","region":"us-east-1","bucket":"b","rootDirectory":"r","accessKey":"A","secretKey":"S"}`: `{"bucket":"b","region":"us-east-1","rootDirectory":"r"}`,
		`{"type":"mem"}`: `null`,
		`{"type":"motrds","index":"1:2","client":"fake"}`:                            `{"index":"1:2"}`,
		`{"type":"measure","prefix":"p","child":{"type":"levelds","path":"d"}}`:      `{"path":"d","type":"levelds"}`,
		`{"type":"namespace","prefix":"/p","child":{"type":"levelds","path":"d"}}`:   `{"child":{"path":"d","type":"levelds"},"prefix":"/p","type":"namespace"}`,
		`{"type":"other","place":"here","workers":4,"secretKey":"S","password":"P"}`: `{"place":"here","type":"other","workers":4}`,
		`{"type":"mount","mounts":[{"mountpoint":"/","type":"levelds","path":"d"},` +
			`{"mountpoint":"/blocks","type":"mem"}]}`: `{"mounts":[{"mountpoint":"/blocks"},` +
			`{"mountpoint":"/","path":"d","type":"levelds"}],"type":"mount"}`,
	} {
		config, err := read(t, `{"type":"motrds","store":`+store+`}`)
		if err != nil {
			t.Fatal(store, err)
		}
		if spec := config.DiskSpec().String(); spec != wanted {
			t.Errorf("%s: %s", store, spec)
		}
	}
}

func TestATargetIsTheDiskSpecOnlyWhenNoStoreIsGivenBesideIt(t *testing.T) {
	for spec, wanted := range map[string]string{
		`{"type":"motrds","target":"unix:/run/motrds/store.sock"}`: `{"target":"unix:/run/motrds/store.sock",` +
			`"type":"motrds"}`,
		`{"type":"motrds","target":"127.0.0.1:7200","store":{"type":"levelds","path":"d"}}`: `{"path":"d",` +
			`"type":"levelds"}`,
	} {
		config, err := read(t, spec)
		if err != nil {
			t.Fatal(err)
		}
		if got := config.DiskSpec().String(); got != wanted {
			t.Error(got)
		}
	}
}

func TestKubosMountOfTheTypeWorks(t *testing.T) {
	config, err := read(t, `{"type":"mount","mounts":[
		{"mountpoint":"/blocks","type":"motrds","store":{"type":"levelds","path":"b"}},
		{"mountpoint":"/","type":"measure","prefix":"p","child":{"type":"mem"}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	wanted := `{"mounts":[{"mountpoint":"/blocks","path":"b","type":"levelds"},{"mountpoint":"/"}],"type":"mount"}`
	if got := config.DiskSpec().String(); got != wanted {
		t.Error(got)
	}
}

func TestASpecThatCannotWorkIsRefusedInOneLine(t *testing.T) {
	for spec, says := range map[string]string{
		`{}`:                                     "no store is given",
		`{"haxAddr":"a"}`:                        "'index' is missing",
		`{"pth":"a"}`:                            "'index' is missing",
		`{"store":"levelds"}`:                    "'store' must be a store's type and parameters",
		`{"store":{}}`:                           "'store' has no 'type'",
		`{"store":{"type":"mem"},"index":"1:2"}`: `with 'store' there can be no "index"`,
		`{"target":"192.168.1.1:7200"}`:          "must be unix:PATH or a loopback address",
		`{"target":"example.org:7200"}`:          "must be unix:PATH or a loopback address",
		`{"target":7200}`:                        "'target' must be a text",
		`{"target":"unix:"}`:                     "must be unix:PATH",
		`{"index":"1:2","startTimeout":"soon"}`:  "'startTimeout' must be a time above 0",
		`{"index":"1:2","command":""}`:           "'command' must be a text",
	} {
		var parameters map[string]any
		if err := json.Unmarshal([]byte(spec), &parameters); err != nil {
			t.Fatal(err)
		}
		_, err := motrds{}.DatastoreConfigParser()(parameters)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", spec, err)
		}
	}
}

func TestLoopbackAddressesAreTargets(t *testing.T) {
	for _, target := range []string{"127.0.0.1:1", "127.0.0.2:7200", "[::1]:7200", "localhost:7200", "unix:/a", "unix:a"} {
		if _, err := dialer(target); err != nil {
			t.Error(err)
		}
	}
}

package kubotest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// standIn is the earlier plugin's Spec for the stand-in for Motr's library, which keeps what is stored in a folder that
// one sidecar after the other finds.
func standIn(t *testing.T) object {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil || runtime.GOARCH != "amd64" {
		t.Skip("not run: kubo-plugin: the stand-in for libmotr: a C compiler (gcc), on x86-64")
	}
	folder := t.TempDir()
	if said, err := exec.Command("../../motr-backend/src/test/c/build", folder).CombinedOutput(); err != nil {
		t.Fatalf("the stand-in cannot be compiled: %v: %s", err, said)
	}
	if err := os.Mkdir(filepath.Join(folder, "state"), 0o755); err != nil {
		t.Fatal(err)
	}
	return object{
		"type": "motrds", "library": filepath.Join(folder, "libmotr.so.2"), "createIndex": true,
		"haxAddr": haService(t), "localAddr": endpoint(freePort(t)),
		"processFid": "0x7200000000000001:0x64", "profileFid": "0x7000000000000001:0x0",
		"index": "0x7800000000000123:0x123456780", "leveldbPath": filepath.Join(folder, "keys"),
	}
}

// haService is the endpoint of a port that takes connections, as that of the cluster does; more is not asked of it.
func haService(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_ = connection.Close()
		}
	}()
	return endpoint(listener.Addr().(*net.TCPAddr).Port)
}

// freePort is one below those that connections take, so that it stays free.
func freePort(t *testing.T) int {
	t.Helper()
	for port := 24_000 + os.Getpid()%4_000; port < 32_000; port++ {
		if listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			_ = listener.Close()
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}

func endpoint(port int) string { return fmt.Sprintf("inet:tcp:127.0.0.1@%d", port) }

func TestANodeLivesOnTheEarlierPluginsSpec(t *testing.T) { lives(t, measured(standIn(t))) }

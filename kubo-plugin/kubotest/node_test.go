// Package kubotest holds tests of real programs: the ipfs that ../build makes, which IPFS_COMMAND names, and the motrds
// command, which MOTRDS_COMMAND names. ../verify makes both and runs the tests.
package kubotest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"

	"motrds.io/kubo-plugin/internal/memserver"
	"motrds.io/kubo-plugin/protocol"
)

// With this set the tests' own program stands in for a motrds of another version.
const standsIn = "KUBOTEST_OTHER_VERSION"

func TestMain(m *testing.M) {
	if os.Getenv(standsIn) == "" {
		os.Exit(m.Run())
	}
	socket := os.Args[len(os.Args)-1]
	listener, err := net.Listen("unix", strings.TrimPrefix(socket, "unix:"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	service := memserver.New()
	service.Hi.Version, service.Hi.ServerRelease = 9, "9.9.9"
	server := grpc.NewServer()
	protocol.RegisterStoreServer(server, service)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	_ = server.Serve(listener)
}

func program(t testing.TB, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		t.Skipf("not run: kubo-plugin: %s is not set; kubo-plugin/verify sets it", variable)
	}
	return path
}

// node is a kubo repository.
type node struct {
	t    *testing.T
	path string
	env  []string
}

// newNode makes a repository with a Datastore.Spec, or kubo's default one.
func newNode(t *testing.T, spec any) *node {
	t.Helper()
	n := bareNode(t)
	profile := "test"
	if spec != nil {
		profile = "motrds,test"
		file := filepath.Join(t.TempDir(), "spec.json")
		writeJSON(t, file, spec)
		n.env = append(n.env, "MOTRDS_SPEC="+file)
	}
	n.run("init", "--profile="+profile)
	return n
}

func bareNode(t *testing.T) *node {
	t.Helper()
	program(t, "MOTRDS_COMMAND") // the environment variable is the child's, too
	program(t, "IPFS_COMMAND")
	path := filepath.Join(t.TempDir(), "repo")
	// no test goes to the network
	return &node{t, path, append(os.Environ(), "IPFS_PATH="+path, "IPFS_TELEMETRY=off", "GOLOG_LOG_LEVEL=error",
		"XDG_RUNTIME_DIR=", "TMPDIR="+shortFolder(t))}
}

// shortFolder is one in which a Unix socket's path fits.
func shortFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("/tmp", "kt-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

func (n *node) command(arguments ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	n.t.Cleanup(cancel)
	command := exec.CommandContext(ctx, os.Getenv("IPFS_COMMAND"), arguments...)
	command.Env = n.env
	return command
}

// run gives what a command prints; it must succeed.
func (n *node) run(arguments ...string) string {
	n.t.Helper()
	return n.feed(nil, arguments...)
}

func (n *node) feed(in []byte, arguments ...string) string {
	n.t.Helper()
	command := n.command(arguments...)
	if in != nil {
		command.Stdin = bytes.NewReader(in)
	}
	var out, err bytes.Buffer
	command.Stdout, command.Stderr = &out, &err
	if failed := command.Run(); failed != nil {
		n.t.Fatalf("ipfs %s: %v\n%s", strings.Join(arguments, " "), failed, err.String())
	}
	return strings.TrimSpace(out.String())
}

// lists checks that the node has blocks, but lacks others. `refs local` names them by their hashes, as CIDv1 of codec raw.
func (n *node) lists(cids, but []string) {
	n.t.Helper()
	format := []string{"cid", "format", "-v=1", "-b=base32", "--mc=raw"}
	listed := strings.Fields(n.run("refs", "local"))
	for i, cid := range strings.Fields(n.run(slices.Concat(format, cids, but)...)) {
		if wanted := i < len(cids); slices.Contains(listed, cid) != wanted {
			n.t.Errorf("block %s: wanted: %v; there are %s", cid, wanted, listed)
		}
	}
}

// refused gives the one line with which a command fails.
func (n *node) refused(arguments ...string) string {
	n.t.Helper()
	command := n.command(arguments...)
	var err bytes.Buffer
	command.Stderr = &err
	if command.Run() == nil {
		n.t.Errorf("ipfs %s succeeded", strings.Join(arguments, " "))
	}
	var lines []string
	for _, line := range strings.Split(err.String(), "\n") {
		if strings.HasPrefix(line, "Error: ") {
			lines = append(lines, line)
		}
	}
	if len(lines) != 1 {
		n.t.Errorf("ipfs %s: not one line:\n%s", strings.Join(arguments, " "), err.String())
	}
	return strings.Join(lines, " ")
}

// daemon runs while the test uses it.
func (n *node) daemon() (stop func()) {
	n.t.Helper()
	command := n.command("daemon", "--offline")
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.StdoutPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		n.t.Fatal(err)
	}
	ready := make(chan bool, 1)
	go func() {
		var text bytes.Buffer
		buffer := make([]byte, 4096)
		for {
			read, err := out.Read(buffer)
			text.Write(buffer[:read])
			if bytes.Contains(text.Bytes(), []byte("Daemon is ready")) {
				ready <- true
				_, _ = io.Copy(io.Discard, out)
				return
			}
			if err != nil {
				ready <- false
				return
			}
		}
	}()
	if !<-ready {
		_ = command.Wait()
		n.t.Fatalf("the daemon did not start: %s", said.String())
	}
	return func() {
		n.t.Helper()
		n.run("shutdown")
		if err := command.Wait(); err != nil {
			n.t.Errorf("the daemon: %v: %s", err, said.String())
		}
	}
}

// motrds runs the command on a store; it must succeed.
func motrds(t *testing.T, store any, arguments ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "store.json")
	writeJSON(t, file, store)
	command := exec.Command(program(t, "MOTRDS_COMMAND"), append([]string{"--config", file}, arguments...)...)
	var out, err bytes.Buffer
	command.Stdout, command.Stderr = &out, &err
	if failed := command.Run(); failed != nil {
		t.Fatalf("motrds %s: %v: %s", strings.Join(arguments, " "), failed, err.String())
	}
	return out.String()
}

// serve runs a sidecar for a store until the test ends or it is stopped.
func serve(t testing.TB, socket string, store any) (stop func()) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "store.json")
	writeJSON(t, file, store)
	command := exec.Command(program(t, "MOTRDS_COMMAND"), "serve", "--config", file, "--listen", "unix:"+socket)
	var said bytes.Buffer
	command.Stderr = &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = command.Wait(); close(ended) }()
	stop = func() { _ = command.Process.Kill(); <-ended }
	t.Cleanup(stop)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			_ = conn.Close()
			return stop
		}
		select {
		case <-ended:
			t.Fatalf("the sidecar did not start: %s", said.String())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("the sidecar does not serve")
		}
	}
}

func socketIn(t testing.TB) string {
	t.Helper()
	folder, err := os.MkdirTemp("/tmp", "kt-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return filepath.Join(folder, "s")
}

func writeJSON(t testing.TB, file string, value any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err == nil {
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

package sidecar

import (
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
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"

	"motrds.io/kubo-plugin/internal/memserver"
	"motrds.io/kubo-plugin/protocol"
)

// The tests' own program stands in for the command motrds: what it does is said by the store's parameter `does`.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		os.Exit(stand(os.Args[2:]))
	}
	if os.Getenv("SIDECAR_TEST_PARENT") != "" {
		becomeParent()
	}
	os.Exit(m.Run())
}

func stand(arguments []string) int {
	var config struct{ Datastore map[string]any }
	text, _ := os.ReadFile(arguments[slices.Index(arguments, "--config")+1])
	_ = json.Unmarshal(text, &config)
	socket := strings.TrimPrefix(arguments[slices.Index(arguments, "--listen")+1], "unix:")
	switch config.Datastore["does"] {
	case "fail":
		fmt.Fprintln(os.Stderr, "a line before")
		fmt.Fprintln(os.Stderr, "motrds: datastore.pth is no parameter of type levelds; did you mean path?")
		return 2
	case "hang":
		fmt.Println("still opening")
		time.Sleep(time.Hour)
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	server := grpc.NewServer()
	protocol.RegisterStoreServer(server, memserver.New())
	if config.Datastore["does"] != "serve deaf" {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			fmt.Println("INFO closed in good order")
			server.Stop()
		}()
	}
	fmt.Println("INFO serving", os.Getpid())
	_ = server.Serve(listener)
	return 0
}

func becomeParent() {
	_, err := Start(context.Background(), config("serve", os.TempDir(), func(line string) { fmt.Println(line) }))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	select {}
}

func config(does, folder string, log func(string)) Config {
	program, _ := os.Executable()
	return Config{
		Command: program, Store: map[string]any{"type": "mem", "does": does}, Folder: folder,
		StartTimeout: 30 * time.Second, Log: log,
	}
}

// lines collects a log.
type lines struct {
	mutex sync.Mutex
	all   []string
}

func (l *lines) add(line string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.all = append(l.all, line)
}

func (l *lines) with(text string) []string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	var found []string
	for _, line := range l.all {
		if strings.Contains(line, text) {
			found = append(found, line)
		}
	}
	return found
}

func start(t *testing.T) (*Sidecar, *lines) {
	t.Helper()
	log := &lines{}
	s, err := Start(t.Context(), config("serve", t.TempDir(), log.add))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, log
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not seen: " + what)
		}
	}
}

func TestAChildServesOnAPrivateSocketAndLeavesNothing(t *testing.T) {
	s, log := start(t)
	conn, err := s.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if info, err := os.Stat(s.folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the socket's folder: %v, %v", info, err)
	}
	if left, _ := os.ReadDir(s.config.Folder); len(left) > 0 {
		t.Errorf("left in the repository: %v", left)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.folder); !os.IsNotExist(err) {
		t.Error("the socket's folder is still there")
	}
	if len(log.with("INFO serving")) != 1 || len(log.with("closed in good order")) != 1 {
		t.Error(log.all)
	}
}

func TestAChildThatDiesIsReplacedOnce(t *testing.T) {
	s, _ := start(t)
	first := s.process
	_ = first.command.Process.Kill()
	eventually(t, "a second child", func() bool {
		if gone := s.Ready(t.Context()); gone != nil {
			t.Fatal(gone)
		}
		s.mutex.Lock()
		defer s.mutex.Unlock()
		return s.process != first
	})
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	conn, err := s.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()

	s.mutex.Lock()
	second := s.process
	s.mutex.Unlock()
	_ = second.command.Process.Kill()
	<-second.exited
	eventually(t, "giving up", func() bool { return s.Ready(t.Context()) != nil })
	if _, err := s.Dial(t.Context()); err == nil || !strings.Contains(err.Error(), "died twice within 1m0s") {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestAChildThatDoesNotStartSaysWhyInOneLine(t *testing.T) {
	log := &lines{}
	_, err := Start(t.Context(), config("fail", t.TempDir(), log.add))
	expect(t, err, "motrds: the sidecar did not start: datastore.pth is no parameter of type levelds; did you mean path?")

	slow := config("hang", t.TempDir(), log.add)
	slow.StartTimeout = 500 * time.Millisecond
	_, err = Start(t.Context(), slow)
	expect(t, err, "does not serve after 500ms; it said: still opening")

	gone := config("serve", filepath.Join(t.TempDir(), "missing"), log.add)
	_, err = Start(t.Context(), gone)
	expect(t, err, "cannot write a configuration file")
}

func TestAMissingCommandIsNamed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("MOTRDS_COMMAND", "")
	_, err := Start(t.Context(), Config{})
	expect(t, err, "there is no command motrds on the PATH")
	t.Setenv("MOTRDS_COMMAND", "/nowhere/motrds")
	_, err = Start(t.Context(), Config{})
	expect(t, err, `MOTRDS_COMMAND says "/nowhere/motrds", which is no command`)
	_, err = Start(t.Context(), Config{Command: "/elsewhere/motrds"})
	expect(t, err, `the parameter 'command' of the datastore says "/elsewhere/motrds", which is no command`)
}

// stopped starts a child that is deaf to the end of its input, and stops it.
func stopped(t *testing.T, configuration Config) *Sidecar {
	t.Helper()
	s, err := Start(t.Context(), configuration)
	if err != nil {
		t.Fatal(err)
	}
	s.mutex.Lock()
	s.closing = true // so that no other takes its place
	s.mutex.Unlock()
	expect(t, s.process.stop(100*time.Millisecond), "did not end within 100ms and was killed")
	return s
}

func TestAChildThatDoesNotEndIsKilled(t *testing.T) {
	log := &lines{}
	s := stopped(t, config("serve deaf", t.TempDir(), log.add))
	_ = os.RemoveAll(s.folder)
}

func TestWhatAWrapperStartedIsKilledWithIt(t *testing.T) {
	log := &lines{}
	wrapped := config("serve deaf", t.TempDir(), log.add)
	wrapper := filepath.Join(t.TempDir(), "wrapper")
	script := fmt.Sprintf("#!/bin/sh\n%q \"$@\"\necho ended\n", wrapped.Command)
	if err := os.WriteFile(wrapper, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	wrapped.Command = wrapper
	s := stopped(t, wrapped)
	if conn, err := new(net.Dialer).DialContext(t.Context(), "unix", s.process.socket); err == nil {
		_ = conn.Close()
		t.Error("what the wrapper started serves on")
	}
	_ = os.RemoveAll(s.folder)
}

func TestAChildEndsWithAParentThatIsKilled(t *testing.T) {
	program, _ := os.Executable()
	parent := exec.Command(program)
	parent.Env = append(os.Environ(), "SIDECAR_TEST_PARENT=1", "TMPDIR="+t.TempDir(), "XDG_RUNTIME_DIR=")
	out, _ := parent.StdoutPipe()
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var child int
	if _, err := fmt.Fscanf(out, "INFO serving %d\n", &child); err != nil {
		t.Fatal(err)
	}
	_ = parent.Process.Kill()
	_ = parent.Wait()
	eventually(t, "the end of the child", func() bool {
		state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", child))
		return err != nil || strings.Contains(string(state), ") Z ") // nobody may be there to bury it
	})
}

func expect(t *testing.T, err error, says string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v, expected one line with %q", err, says)
	}
}

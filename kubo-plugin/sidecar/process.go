package sidecar

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	pollPause    = 10 * time.Millisecond
	maxLineBytes = 4 << 10
)

// find gives the path of the motrds command.
func find(command string) (string, error) {
	given := "the parameter 'command' of the datastore"
	if command == "" {
		command, given = os.Getenv("MOTRDS_COMMAND"), "the environment variable MOTRDS_COMMAND"
	}
	if command == "" {
		path, err := exec.LookPath("motrds")
		if err != nil {
			return "", errors.New("motrds: there is no command motrds on the PATH; install motrds, or say where it is " +
				"with the datastore's parameter 'command' or the environment variable MOTRDS_COMMAND")
		}
		return path, nil
	}
	path, err := exec.LookPath(command)
	if err != nil {
		return "", fmt.Errorf("motrds: %s says %q, which is no command", given, command)
	}
	return path, nil
}

// process is a child.
type process struct {
	command *exec.Cmd
	input   *os.File // its standard input, whose end tells it to end
	socket  string
	exited  chan struct{}
	status  error // once exited

	mutex sync.Mutex
	said  string // its last line
}

// startProcess runs a command that ends when its standard input does: with this process in any case.
func startProcess(path string, arguments []string, log func(string)) (*process, error) {
	p := &process{command: exec.Command(path, arguments...), exited: make(chan struct{})}
	p.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that a command's own children can be killed with it
	input, ours, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer input.Close()
	output, theirs, err := os.Pipe()
	if err != nil {
		_ = ours.Close()
		return nil, err
	}
	defer theirs.Close()
	p.input, p.command.Stdin, p.command.Stdout, p.command.Stderr = ours, input, theirs, theirs
	if err := p.command.Start(); err != nil {
		_ = ours.Close()
		_ = output.Close()
		return nil, err
	}
	go func() {
		p.passOn(output, log)
		p.status = p.command.Wait()
		_ = ours.Close()
		close(p.exited)
	}()
	return p, nil
}

// passOn logs what the child says until it says no more.
func (p *process) passOn(reader io.ReadCloser, log func(string)) {
	defer reader.Close()
	lines := bufio.NewReaderSize(reader, maxLineBytes)
	for {
		line, _, err := lines.ReadLine() // a longer one comes in pieces
		if err != nil {
			return
		}
		if text := strings.TrimSpace(string(line)); text != "" {
			p.mutex.Lock()
			p.said = text
			p.mutex.Unlock()
			log(text)
		}
	}
}

// lastWords is how it ended, if it has, and the last line that it said.
func (p *process) lastWords() string {
	p.mutex.Lock()
	said := p.said
	p.mutex.Unlock()
	if said == "" {
		said = "nothing"
	}
	select {
	case <-p.exited:
		if p.status != nil {
			return said + " (" + p.status.Error() + ")"
		}
	default:
	}
	return said
}

// awaitServing returns when the socket takes connections. A process that ended instead says why in its last line.
func (p *process) awaitServing(ctx context.Context) error {
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "unix", p.socket)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-p.exited:
			return fmt.Errorf("motrds: the sidecar did not start: %s", strings.TrimPrefix(p.lastWords(), "motrds: "))
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollPause):
		}
	}
}

func (p *process) terminate() { _ = p.input.Close() }

// kill ends it and what it started: the command may be a wrapper.
func (p *process) kill() {
	select {
	case <-p.exited:
		return // its number may be another's by now
	default:
	}
	_ = syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL)
	<-p.exited
}

// stop ends it in good order if it can be done within the time.
func (p *process) stop(timeout time.Duration) error {
	p.terminate()
	select {
	case <-p.exited:
		return nil
	case <-time.After(timeout):
		p.kill()
		return fmt.Errorf("motrds: the sidecar did not end within %s and was killed", timeout)
	}
}

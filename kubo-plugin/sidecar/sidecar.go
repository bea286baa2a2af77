// Package sidecar runs `motrds serve` as a child of this process, on a Unix socket that only this user can reach.
package sidecar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	// A child that dies sooner than this after it replaced another is not replaced again.
	restartPause = time.Minute
	// How long a child may take to finish when it is told to; `motrds serve` itself stops waiting after 30 s.
	stopTimeout = 40 * time.Second
)

// Config says what to run.
type Config struct {
	// Command is the motrds command; empty for what the environment variable MOTRDS_COMMAND names, or else `motrds` on
	// the PATH.
	Command string
	// Store is the store's type and parameters, as in kubo's Datastore.Spec.
	Store map[string]any
	// Arguments are further options for `motrds serve`.
	Arguments []string
	// Folder is what relative paths in Store start from. A configuration file is there while a child starts.
	Folder string
	// StartTimeout is how long a child may take until it serves.
	StartTimeout time.Duration
	// Log takes the child's log, one line a call.
	Log func(line string)
}

// Sidecar is a child process and, if that dies, the one that replaces it.
//
// Thread-safe.
type Sidecar struct {
	config  Config
	command string
	folder  string // of the socket; nobody else can enter it

	mutex    sync.Mutex
	process  *process
	serving  chan struct{} // closed when process serves, or gone is set
	gone     error         // why there will be no other
	replaced time.Time
	closing  bool
}

// Start runs a child and returns when it serves. Its error is one line.
func Start(ctx context.Context, config Config) (*Sidecar, error) {
	command, err := find(config.Command)
	if err != nil {
		return nil, err
	}
	folder, err := socketFolder()
	if err != nil {
		return nil, err
	}
	s := &Sidecar{config: config, command: command, folder: folder, serving: make(chan struct{})}
	s.process, err = s.launch(ctx)
	if err != nil {
		_ = os.RemoveAll(folder)
		return nil, err
	}
	close(s.serving)
	go s.supervise(s.process)
	return s, nil
}

// socketFolder makes a folder of mode 0700. The path of a Unix socket may have 107 bytes, which TMPDIR can exceed.
func socketFolder() (string, error) {
	parent := os.Getenv("XDG_RUNTIME_DIR")
	if parent == "" || len(parent) > 60 {
		parent = os.TempDir()
	}
	if len(parent) > 60 {
		parent = "/tmp"
	}
	folder, err := os.MkdirTemp(parent, "motrds-")
	if err != nil {
		return "", fmt.Errorf("motrds: no folder for the sidecar's socket: %w", err)
	}
	return folder, nil
}

// launch starts a process and waits until it serves.
func (s *Sidecar) launch(ctx context.Context) (*process, error) {
	ctx, cancel := context.WithTimeout(ctx, s.config.StartTimeout)
	defer cancel()
	file, err := s.writeConfig()
	if err != nil {
		return nil, err
	}
	defer os.Remove(file)
	socket := filepath.Join(s.folder, "store.sock")
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("motrds: cannot remove the socket of the sidecar that died: %w", err)
	}
	arguments := append([]string{"serve", "--child", "--config", file, "--listen", "unix:" + socket},
		s.config.Arguments...)
	p, err := startProcess(s.command, arguments, s.config.Log)
	if err != nil {
		return nil, fmt.Errorf("motrds: cannot run %s: %w", s.command, err)
	}
	p.socket = socket
	if err := p.awaitServing(ctx); err != nil {
		p.kill()
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("motrds: %s does not serve after %s; it said: %s",
				s.command, s.config.StartTimeout, p.lastWords())
		}
		return nil, err
	}
	return p, nil
}

// writeConfig puts the store's parameters, which can be secret, into a file of mode 0600.
func (s *Sidecar) writeConfig() (string, error) {
	text, err := json.Marshal(map[string]any{"datastore": s.config.Store})
	if err != nil {
		return "", fmt.Errorf("motrds: the store's parameters are not JSON: %w", err)
	}
	file, err := os.CreateTemp(s.config.Folder, ".motrds-*.json")
	if err != nil {
		return "", fmt.Errorf("motrds: cannot write a configuration file: %w", err)
	}
	_, err = file.Write(text)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return "", fmt.Errorf("motrds: cannot write a configuration file: %w", err)
	}
	return file.Name(), nil
}

// supervise replaces the child when it dies, unless it was told to or it replaced another a moment ago.
func (s *Sidecar) supervise(p *process) {
	for {
		<-p.exited
		s.mutex.Lock()
		if s.closing {
			s.mutex.Unlock()
			return
		}
		s.serving = make(chan struct{})
		again := !s.replaced.IsZero() && time.Since(s.replaced) < restartPause
		s.replaced = time.Now()
		s.mutex.Unlock()

		var next *process
		err := fmt.Errorf("motrds: the sidecar died twice within %s, so it is not started again; restart kubo: %s",
			restartPause, p.lastWords())
		if !again {
			s.config.Log("WARN the sidecar died and is started again: " + p.lastWords())
			next, err = s.launch(context.Background())
		}
		if !s.follow(next, err) {
			return
		}
		p = next
	}
}

// follow makes a process the current one; false if there is none, or none is wanted any more.
func (s *Sidecar) follow(next *process, err error) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	defer close(s.serving)
	if err != nil {
		s.gone = err
		s.config.Log("ERROR " + err.Error())
		return false
	}
	s.process = next
	if s.closing {
		next.terminate()
		return false
	}
	return true
}

// Dial connects to the child.
func (s *Sidecar) Dial(ctx context.Context) (net.Conn, error) {
	if err := s.Ready(ctx); err != nil {
		return nil, err
	}
	s.mutex.Lock()
	socket := s.process.socket
	s.mutex.Unlock()
	return new(net.Dialer).DialContext(ctx, "unix", socket)
}

// Ready waits while the child is being replaced; its error says that there will be none any more.
func (s *Sidecar) Ready(ctx context.Context) error {
	s.mutex.Lock()
	serving := s.serving
	s.mutex.Unlock()
	select {
	case <-serving:
	case <-ctx.Done():
		return ctx.Err()
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.gone
}

// Close ends the child: it finishes what it was asked and closes its store. One that does not is killed.
func (s *Sidecar) Close() error {
	s.mutex.Lock()
	if s.closing {
		s.mutex.Unlock()
		return nil
	}
	s.closing = true
	serving := s.serving
	s.mutex.Unlock()

	<-serving // a child that is being started is waited for, since it may have opened the store
	s.mutex.Lock()
	p := s.process
	s.mutex.Unlock()
	err := p.stop(stopTimeout)
	if removed := os.RemoveAll(s.folder); err == nil {
		err = removed
	}
	return err
}

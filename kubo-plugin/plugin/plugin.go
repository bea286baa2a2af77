// Package plugin gives kubo the datastore type motrds: a store behind a motrds sidecar.
package plugin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	logging "github.com/ipfs/go-log/v2"
	"github.com/ipfs/kubo/plugin"
	"github.com/ipfs/kubo/repo"
	"github.com/ipfs/kubo/repo/fsrepo"

	"motrds.io/kubo-plugin/client"
	"motrds.io/kubo-plugin/protocol"
	"motrds.io/kubo-plugin/sidecar"
)

// Plugins is what kubo loads.
var Plugins = []plugin.Plugin{motrds{}}

// The earlier plugin for Motr has the same logger.
var log = logging.Logger("motrds")

type motrds struct{}

var _ plugin.PluginDatastore = motrds{}

func (motrds) Name() string                   { return "ds-motrds" }
func (motrds) Version() string                { return "0.1.0" }
func (motrds) Init(*plugin.Environment) error { return nil }
func (motrds) DatastoreTypeName() string      { return typeMotr }

// DatastoreConfigParser checks a Datastore.Spec of type motrds. Parameters of the store itself are checked by the
// sidecar when it opens the store.
func (motrds) DatastoreConfigParser() fsrepo.ConfigFromMap {
	return func(parameters map[string]any) (fsrepo.DatastoreConfig, error) {
		parsed, err := parse(parameters)
		if err != nil {
			return nil, err
		}
		if parsed.target != "" {
			if _, err := dialer(parsed.target); err != nil {
				return nil, err
			}
		}
		return config{parsed}, nil
	}
}

type config struct{ spec }

func (c config) DiskSpec() fsrepo.DiskSpec { return c.diskSpec() }

// Create connects to the sidecar of the target, or else starts one for the store. Relative paths start from kubo's
// repository.
func (c config) Create(repository string) (repo.Datastore, error) {
	ctx := context.Background()
	if c.target != "" {
		return c.connect(ctx)
	}
	child, err := sidecar.Start(ctx, sidecar.Config{
		Command: c.command, Store: c.store, Arguments: c.arguments(), Folder: repository, StartTimeout: c.startTimeout,
		Log: passOn,
	})
	if err != nil {
		return nil, err
	}
	store, err := client.Open(ctx, client.Options{Dial: child.Dial, Ready: child.Ready, StoreType: c.storeType()})
	if err != nil {
		return nil, errors.Join(err, child.Close())
	}
	warnOfMemory(store)
	return &owned{Store: store, child: child}, nil
}

// arguments let a sidecar end that has lost Motr: that client library does not come back by itself, other stores do.
func (c config) arguments() []string {
	if c.storeType() == typeMotr {
		return []string{"--end-when-away", "60"}
	}
	return nil
}

func (c config) connect(ctx context.Context) (repo.Datastore, error) {
	dial, err := dialer(c.target)
	if err != nil {
		return nil, err
	}
	store, err := client.Open(ctx, client.Options{Dial: dial, StoreType: c.storeType()})
	if err != nil {
		return nil, fmt.Errorf("%w (target %s)", err, c.target)
	}
	warnOfMemory(store)
	return store, nil
}

// warnOfMemory says that a store forgets: with `ipfs init` and single commands that surprises.
func warnOfMemory(store *client.Store) {
	if !store.HasFeature(protocol.Feature_PERSISTENCE) {
		log.Warnf("the store %s forgets its data when its sidecar ends", store.Name())
	}
}

// owned is a store with the sidecar that was started for it.
type owned struct {
	*client.Store
	child *sidecar.Sidecar
}

func (o *owned) Close() error { return errors.Join(o.Store.Close(), o.child.Close()) }

// dialer connects to the address of a sidecar, as `motrds serve --listen` takes it.
func dialer(target string) (func(context.Context) (net.Conn, error), error) {
	network, address := "unix", strings.TrimPrefix(target, "unix:")
	if address == target || address == "" {
		network = "tcp"
		host, _, err := net.SplitHostPort(target)
		if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return nil, fmt.Errorf("motrds: 'target' must be unix:PATH or a loopback address such as 127.0.0.1:7200, "+
				"not %q: nobody outside this machine may reach a store", target)
		}
	}
	return func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}, nil
}

// passOn logs a line of the sidecar's log at its own level, which is the first word in it that names one.
func passOn(line string) {
	for _, word := range strings.FieldsFunc(line, func(r rune) bool { return r < 'A' || r > 'Z' }) {
		switch word {
		case "ERROR":
			log.Error(line)
			return
		case "WARN":
			log.Warn(line)
			return
		case "INFO":
			log.Info(line)
			return
		case "DEBUG", "TRACE":
			log.Debug(line)
			return
		}
	}
	log.Info(line)
}

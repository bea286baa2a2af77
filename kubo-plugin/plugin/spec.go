package plugin

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The parameters of a datastore of type motrds in kubo's Datastore.Spec that are the plugin's own. All others describe a
// store in Motr and are passed on to the sidecar.
const (
	storeParameter        = "store"
	targetParameter       = "target"
	commandParameter      = "command"
	startTimeoutParameter = "startTimeout"
	// kubo leaves this one of its own in the parameters of what it mounts
	mountpointParameter = "mountpoint"
)

// A sidecar with a Motr cluster behind it starts in seconds; the rest is for a machine under load.
const defaultStartTimeout = 2 * time.Minute

// spec is what a Datastore.Spec of type motrds says.
type spec struct {
	store        map[string]any // type and parameters; nil if only a target is given
	target       string         // empty for a sidecar of our own
	command      string         // empty for the default
	startTimeout time.Duration
}

func parse(parameters map[string]any) (spec, error) {
	s := spec{startTimeout: defaultStartTimeout}
	motr := map[string]any{}
	for name, value := range parameters {
		var err error
		switch name {
		case "type", mountpointParameter:
		case storeParameter:
			s.store, err = parseStore(value)
		case targetParameter:
			s.target, err = text(name, value)
		case commandParameter:
			s.command, err = text(name, value)
		case startTimeoutParameter:
			s.startTimeout, err = duration(name, value)
		default:
			motr[name] = value
		}
		if err != nil {
			return spec{}, err
		}
	}
	return s.withMotr(motr)
}

// withMotr takes the parameters of a store in Motr for the store, if there are any.
func (s spec) withMotr(motr map[string]any) (spec, error) {
	switch {
	case len(motr) > 0 && s.store != nil:
		return spec{}, fmt.Errorf("motrds: with 'store' there can be no %q; what it describes is the store",
			firstName(motr))
	case len(motr) > 0:
		if _, ok := motr["index"].(string); !ok {
			return spec{}, fmt.Errorf("motrds: %q is for a store in Motr, whose 'index' is missing; for a store of "+
				"another type give 'store', for a sidecar that runs 'target'", firstName(motr))
		}
		motr["type"] = typeMotr
		s.store = motr
	case s.store == nil && s.target == "":
		return spec{}, errors.New("motrds: no store is given: give the parameters of one in Motr (haxAddr, localAddr, " +
			"profileFid, processFid, index), or another one as 'store', or a sidecar that runs as 'target'")
	}
	return s, nil
}

func parseStore(value any) (map[string]any, error) {
	store, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New(`motrds: 'store' must be a store's type and parameters, ` +
			`as in {"type": "levelds", "path": "blocks"}`)
	}
	if _, ok := store["type"].(string); !ok {
		return nil, errors.New("motrds: 'store' has no 'type', or one that is no text; `motrds backends` lists them")
	}
	return store, nil
}

func text(name string, value any) (string, error) {
	s, ok := value.(string)
	if !ok || s == "" {
		return "", fmt.Errorf("motrds: '%s' must be a text", name)
	}
	return s, nil
}

func duration(name string, value any) (time.Duration, error) {
	s, ok := value.(string)
	d, err := time.ParseDuration(s)
	if !ok || err != nil || d <= 0 {
		return 0, fmt.Errorf(`motrds: '%s' must be a time above 0 such as "30s" or "2m"`, name)
	}
	return d, nil
}

func firstName(parameters map[string]any) string {
	names := make([]string, 0, len(parameters))
	for name := range parameters {
		names = append(names, name)
	}
	return slices.Min(names)
}

// storeType is the type that a sidecar must serve; empty for any.
func (s spec) storeType() string {
	kind, _ := s.store["type"].(string)
	return kind
}

const typeMotr = "motrds"

// What the earlier plugin for Motr put into datastore_spec.
var motrIdentity = []string{"haxAddr", "index", "leveldbPath", "localAddr", "processFid", "profileFid"}

// diskSpec is what kubo keeps in datastore_spec and compares at every start: where the data lie, nothing else.
func (s spec) diskSpec() map[string]any {
	if s.store == nil {
		return map[string]any{"type": typeMotr, targetParameter: s.target}
	}
	return identity(s.store)
}

// identity gives for each type what kubo, or the plugin of that type, gives, so that a repository can change over.
func identity(store map[string]any) map[string]any {
	kind, _ := store["type"].(string)
	switch kind {
	case typeMotr:
		return chosen(store, motrIdentity...)
	case "levelds":
		return chosen(store, "type", "path")
	case "s3ds":
		return map[string]any{
			"region": orEmpty(store["region"]), "bucket": orEmpty(store["bucket"]),
			"rootDirectory": orEmpty(store["rootDirectory"]),
		}
	case "mem":
		return nil
	case "measure", "log", "retry":
		child, _ := store["child"].(map[string]any)
		return identity(child)
	case "mount":
		return map[string]any{"type": kind, "mounts": mounts(store)}
	default:
		return everythingButSecrets(store)
	}
}

// mounts are in kubo's order, that of the mountpoints from the last to the first.
func mounts(store map[string]any) []any {
	listed, _ := store["mounts"].([]any)
	var found []map[string]any
	for _, each := range listed {
		child, _ := each.(map[string]any)
		one := identity(child)
		if one == nil {
			one = map[string]any{}
		}
		one[mountpointParameter] = orEmpty(child[mountpointParameter])
		found = append(found, one)
	}
	slices.SortFunc(found, func(a, b map[string]any) int {
		return strings.Compare(fmt.Sprint(b[mountpointParameter]), fmt.Sprint(a[mountpointParameter]))
	})
	ordered := make([]any, len(found))
	for i, each := range found {
		ordered[i] = each
	}
	return ordered
}

func orEmpty(value any) any {
	if value == nil {
		return ""
	}
	return value
}

func chosen(store map[string]any, names ...string) map[string]any {
	kept := map[string]any{}
	for _, name := range names {
		if value, ok := store[name]; ok {
			kept[name] = value
		}
	}
	return kept
}

// Names of parameters that no file but the configuration should hold.
var secretName = regexp.MustCompile(`(?i)secret|password|passphrase|token|credential|accesskey`)

// everythingButSecrets identifies a store of a type that this plugin does not know.
func everythingButSecrets(store map[string]any) map[string]any {
	kept := map[string]any{}
	for name, value := range store {
		if secretName.MatchString(name) || name == mountpointParameter {
			continue
		}
		if inner, ok := value.(map[string]any); ok {
			value = identity(inner)
		}
		kept[name] = value
	}
	return kept
}

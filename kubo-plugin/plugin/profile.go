package plugin

import (
	"encoding/json"
	"fmt"
	"os"

	kubo "github.com/ipfs/kubo/config"
)

// specVariable names a file with a Datastore.Spec for the profile motrds.
const specVariable = "MOTRDS_SPEC"

// `MOTRDS_SPEC=FILE ipfs init --profile=motrds` makes a repository whose data lie in the store of that file from the
// start; without it kubo would first make one of its default kind, to be edited by hand in two places.
func init() {
	kubo.Profiles["motrds"] = kubo.Profile{
		Description: "Keeps the data in the store whose Datastore.Spec is in the file that " + specVariable + " names.",
		InitOnly:    true,
		Transform:   takeSpec,
	}
}

func takeSpec(c *kubo.Config) error {
	file := os.Getenv(specVariable)
	if file == "" {
		return fmt.Errorf("the profile motrds needs the environment variable %s, the name of a file with a "+
			"Datastore.Spec", specVariable)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("%s: %w", specVariable, err)
	}
	var spec map[string]any
	if err := json.Unmarshal(text, &spec); err != nil || spec["type"] == nil {
		return fmt.Errorf("%s: %s holds no Datastore.Spec in JSON, as in "+
			`{"type": "motrds", "store": {"type": "levelds", "path": "datastore"}}`, specVariable, file)
	}
	c.Datastore.Spec = spec
	return nil
}

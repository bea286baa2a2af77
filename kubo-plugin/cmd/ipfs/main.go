// Command ipfs is kubo with the datastore type motrds.
package main

import (
	"os"

	"github.com/ipfs/kubo/cmd/ipfs/kubo"
	"github.com/ipfs/kubo/plugin/loader"

	"motrds.io/kubo-plugin/plugin"
)

func main() {
	loader.Preload(plugin.Plugins...)
	os.Exit(kubo.Start(kubo.BuildDefaultEnv))
}

package kubotest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func levelds(path string) object {
	return object{"type": "motrds", "store": object{"type": "levelds", "path": path}}
}

// measured is how the earlier plugin's Spec is nested.
func measured(spec object) object {
	return object{"type": "measure", "prefix": "motr.datastore", "child": spec}
}

// folder makes one with files of many sizes; the same for the same seed.
func folder(t *testing.T, seed uint64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "folder")
	for name, size := range map[string]int{
		"empty": 0, "one": 1, "sub/chunk": 256 << 10, "sub/more": 256<<10 + 1, "sub/deep/large": 3 << 20, "naïve ü": 99,
	} {
		write(t, filepath.Join(path, name), random(seed+uint64(size), size))
	}
	return path
}

func random(seed uint64, size int) []byte {
	bytes := make([]byte, size)
	source := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), byte(seed >> 16)})
	_, _ = source.Read(bytes)
	return bytes
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// on runs a test on LevelDB and on a real Motr cluster, with Specs of stores that are empty.
func on(t *testing.T, test func(t *testing.T, store object)) {
	t.Run("LevelDB", func(t *testing.T) {
		test(t, object{"type": "levelds", "path": filepath.Join(t.TempDir(), "data")})
	})
	t.Run("Motr", func(t *testing.T) {
		store := realMotr(t)
		if store == nil {
			t.Skip("not run: kubo-plugin: kubo on a real Motr cluster: MOTR_SPEC does not name one")
		}
		test(t, store)
	})
}

// specOf is the Spec of a store; that of Motr needs no 'store'.
func specOf(store object) object {
	if store["type"] == "motrds" {
		return store
	}
	return object{"type": "motrds", "store": store}
}

func TestANodeLivesOnASidecarOfItsOwn(t *testing.T) {
	on(t, func(t *testing.T, store object) { lives(t, measured(specOf(store))) })
}

// realMotr is the Spec of a cluster to be had, which MOTR_SPEC holds in JSON, with an index that is new; nil if there is
// none.
func realMotr(t *testing.T) (spec object) {
	t.Helper()
	text := os.Getenv("MOTR_SPEC")
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), &spec); err != nil {
		t.Fatal(err)
	}
	spec["type"], spec["createIndex"] = "motrds", true
	spec["index"] = fmt.Sprintf("0x78%014x:0x1", rand.Uint32())
	spec["leveldbPath"] = filepath.Join(t.TempDir(), "keys") // as the earlier plugin's Spec has it; not used
	return spec
}

func lives(t *testing.T, spec object) {
	ours, plain := newNode(t, spec), newNode(t, nil)
	files := folder(t, 1)
	large := random(2, 5<<20)

	// without a daemon each command starts a sidecar and ends it
	cid := ours.feed(large, "add", "-Q")
	if theirs := plain.feed(large, "add", "-Q"); cid != theirs {
		t.Errorf("CID %s, kubo's own is %s", cid, theirs)
	}
	if got := ours.run("cat", cid); got != strings.TrimSpace(string(large)) {
		t.Error("other bytes came back")
	}
	if left, _ := filepath.Glob(filepath.Join(ours.path, ".motrds-*")); len(left) > 0 {
		t.Errorf("left in the repository: %v", left)
	}

	stop := ours.daemon()
	for _, options := range [][]string{{}, {"--cid-version=1"}, {"--raw-leaves=false", "--trickle"}, {"--chunker=size-1000"}} {
		add := append(append([]string{"add", "-Q", "-r"}, options...), files)
		if here, there := ours.run(add...), plain.run(add...); here != there {
			t.Errorf("%v: CID %s, kubo's own is %s", options, here, there)
		}
	}
	root := ours.run("add", "-Q", "-r", files)
	if pins := ours.run("pin", "ls", "--type=recursive"); !strings.Contains(pins, cid) || !strings.Contains(pins, root) {
		t.Errorf("pins: %s", pins)
	}
	garbage := append(strings.Fields(ours.run("refs", "-r", cid)), cid,
		ours.feed([]byte("never pinned"), "add", "-Q", "--pin=false"))
	late := ours.feed([]byte("pinned later"), "add", "-Q", "--pin=false")
	kept := append(strings.Fields(ours.run("refs", "-r", root)), root, late)
	ours.lists(append(garbage, kept...), nil)
	ours.run("pin", "rm", cid)
	ours.run("pin", "add", late)
	if pins := ours.run("pin", "ls", "--type=recursive"); strings.Contains(pins, cid) || !strings.Contains(pins, late) {
		t.Errorf("pins after one was removed and one added: %s", pins)
	}
	ours.run("repo", "gc")
	ours.lists(kept, garbage)
	if size := ours.run("repo", "stat", "--size-only"); !strings.Contains(size, "RepoSize") ||
		strings.Contains(size, "RepoSize:   0\n") {
		t.Errorf("disk usage: %s", size)
	}
	ours.run("repo", "verify")

	stop()
	exchange(t, ours, plain, folder(t, 7))
	exchange(t, plain, ours, folder(t, 8))
	ours.run("repo", "verify")
}

// exchange carries a folder that only one node has to another as a CAR.
func exchange(t *testing.T, from, to *node, folder string) {
	t.Helper()
	root := from.run("add", "-Q", "-r", folder)
	cat, wanted := []string{"cat"}, []byte{}
	if err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(folder, name))
		cat, wanted = append(cat, root+"/"+name), append(wanted, content...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	to.refused(cat...)

	file := filepath.Join(t.TempDir(), "dag.car")
	export := from.command("dag", "export", root)
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	export.Stdout = out
	if err := export.Run(); err != nil {
		t.Fatal(err)
	}
	_ = out.Close()
	to.run("dag", "import", file)
	to.run("ls", root)
	if got := to.run(cat...); got != strings.TrimSpace(string(wanted)) {
		t.Error("other bytes came back from a CAR")
	}
}

func TestWhatMotrdsAddsKuboReadsAndTheOtherWayRound(t *testing.T) {
	on(t, isRead)
}

func isRead(t *testing.T, store object) {
	ours := newNode(t, specOf(store))
	files := folder(t, 4)
	byKubo := ours.run("add", "-Q", "-r", files)

	if byUs := strings.Fields(motrds(t, store, "add", "-r", "-Q", files)); len(byUs) == 0 || byUs[len(byUs)-1] != byKubo {
		t.Errorf("motrds add gives %v, kubo %s", byUs, byKubo)
	}
	large := filepath.Join(files, "sub/deep/large")
	content, _ := os.ReadFile(large)
	if got := motrds(t, store, "cat", byKubo+"/sub/deep/large"); got != string(content) {
		t.Error("motrds reads other bytes than kubo wrote")
	}

	other := filepath.Join(t.TempDir(), "other")
	write(t, other, random(5, 2<<20))
	byUs := strings.Fields(motrds(t, store, "add", "-Q", other))[0]
	content, _ = os.ReadFile(other)
	if got := ours.run("cat", byUs); got != strings.TrimSpace(string(content)) {
		t.Error("kubo reads other bytes than motrds wrote")
	}
	ours.run("repo", "verify")
}

func TestAMountAtBlocksIsReadWithAMountOnTheJavaSide(t *testing.T) {
	data := filepath.Join(t.TempDir(), "blocks")
	ours := newNode(t, object{"type": "mount", "mounts": []object{
		{"mountpoint": "/blocks", "type": "motrds", "store": object{"type": "levelds", "path": data}},
		{"mountpoint": "/", "type": "levelds", "path": "datastore", "compression": "none"},
	}})
	content := random(6, 1<<20)
	cid := ours.feed(content, "add", "-Q")
	mounted := object{"type": "mount", "mounts": []object{{"mountpoint": "/blocks", "type": "levelds", "path": data}}}
	if got := motrds(t, mounted, "cat", cid); got != string(content) {
		t.Error("other bytes")
	}
}

// The Motr fake forgets with its process, so its sidecar outlives the node's commands.
func TestTheEarlierPluginsSpecWorksWithASidecarThatRuns(t *testing.T) {
	socket := socketIn(t)
	serve(t, socket, object{"type": "motrds", "client": "fake", "index": "0x7800000000000123:0x123456780", "createIndex": true})
	ours := newNode(t, measured(object{
		"type": "motrds", "target": "unix:" + socket,
		"haxAddr": "inet:tcp:127.0.0.1@22001", "localAddr": "inet:tcp:127.0.0.1@22501",
		"index": "0x7800000000000123:0x123456780", "leveldbPath": "/tmp/ipfs",
		"processFid": "0x7200000000000001:0x3", "profileFid": "0x7000000000000001:0x0",
	}))
	spec, err := os.ReadFile(filepath.Join(ours.path, "datastore_spec"))
	if err != nil || !strings.HasPrefix(string(spec), `{"haxAddr":"inet:tcp:127.0.0.1@22001","index":`) {
		t.Errorf("datastore_spec: %s, %v", spec, err)
	}
	content := random(7, 3<<20)
	cid := ours.feed(content, "add", "-Q")
	if got := ours.run("cat", cid); got != strings.TrimSpace(string(content)) {
		t.Error("other bytes came back")
	}
	ours.feed([]byte("garbage"), "add", "-Q", "--pin=false")
	ours.run("repo", "gc")
	ours.run("repo", "verify")
}

func TestASidecarKilledInTheMiddleOfAnAddLeavesASoundRepository(t *testing.T) {
	on(t, staysSound)
}

func staysSound(t *testing.T, store object) {
	ours := newNode(t, specOf(store))
	// how much has come can be seen in a folder; in Motr a file of 512 MiB is not through after 4 s
	size := 512 << 20
	start := time.Now()
	isUnderWay := func() bool { return time.Since(start) > 4*time.Second }
	if folder, ok := store["path"].(string); ok {
		size = 64 << 20
		isUnderWay = func() bool { return bytesBelow(folder) > 8<<20 }
	}
	content := random(8, size)
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, content)
	add := ours.command("add", "-Q", file)
	var out, said bytes.Buffer
	add.Stdout, add.Stderr = &out, &said
	start = time.Now()
	if err := add.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- add.Wait() }()
	killed := false
	for !killed {
		select {
		case err := <-ended:
			t.Fatalf("the add ended before its sidecar could be killed: %v %s", err, said.String())
		case <-time.After(5 * time.Millisecond):
			if isUnderWay() {
				killed = killChild(t, add.Process.Pid)
			}
		}
	}
	err := <-ended
	t.Logf("the add: %v %s", err, said.String())
	if err != nil && strings.Count(said.String(), "Error: ") != 1 {
		t.Errorf("neither success nor one clear error: %s", said.String())
	}
	ours.run("repo", "verify")
	if err == nil {
		if got := ours.run("cat", strings.TrimSpace(out.String())); got != strings.TrimSpace(string(content)) {
			t.Error("other bytes came back")
		}
	}
}

func bytesBelow(path string) (sum int64) {
	_ = filepath.WalkDir(path, func(_ string, entry os.DirEntry, err error) error {
		if err == nil {
			if info, err := entry.Info(); err == nil {
				sum += info.Size()
			}
		}
		return nil
	})
	return sum
}

// killChild kills the only child of a process.
func killChild(t *testing.T, parent int) bool {
	t.Helper()
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		for _, word := range strings.Fields(string(text)) {
			pid, _ := strconv.Atoi(word)
			return syscall.Kill(pid, syscall.SIGKILL) == nil
		}
	}
	return false
}

func TestANodeThatCannotHaveItsStoreSaysWhyInOneLineAndDoesNotStart(t *testing.T) {
	n := newNode(t, levelds("data"))
	socket := socketIn(t)
	serve(t, socket, object{"type": "mem"})
	self, _ := os.Executable()
	for name, c := range map[string]struct {
		spec object
		env  []string
		says string
	}{
		"no motrds": {
			levelds("data"), []string{"MOTRDS_COMMAND=", "PATH=/nowhere"}, "there is no command motrds on the PATH",
		},
		"a command that is none": {
			object{"type": "motrds", "command": "/nowhere/motrds", "store": object{"type": "levelds", "path": "data"}}, nil,
			`"/nowhere/motrds", which is no command`,
		},
		"a sidecar of another version": {
			object{"type": "motrds", "command": self, "store": object{"type": "levelds", "path": "data"}},
			[]string{standsIn + "=1"}, "the sidecar 9.9.9 is of another version than this plugin",
		},
		"a store of the wrong type": {
			object{"type": "motrds", "target": "unix:" + socket, "store": object{"type": "levelds", "path": "data"}}, nil,
			"a store of the wrong type: mem",
		},
		"a type that does not exist": {
			object{"type": "motrds", "store": object{"type": "levleds", "path": "data"}}, nil, "levleds",
		},
		"a parameter that does not exist": {
			object{"type": "motrds", "store": object{"type": "levelds", "path": "data", "pth": "x"}}, nil, "pth",
		},
		"another datastore_spec": {
			levelds("elsewhere"), nil, "does not match what is on disk",
		},
	} {
		t.Run(name, func(t *testing.T) {
			bad := &node{t, n.path, append(append([]string{}, n.env...), c.env...)}
			setSpec(t, n.path, c.spec, name != "another datastore_spec")
			for _, command := range []string{"daemon", "repo stat"} {
				if line := bad.refused(strings.Fields(command)...); !strings.Contains(line, c.says) {
					t.Errorf("%s: %s", command, line)
				}
			}
			if _, err := os.Stat(filepath.Join(n.path, "elsewhere")); err == nil {
				t.Error("a store was made")
			}
			if left, _ := filepath.Glob(filepath.Join(n.path, ".motrds-*")); len(left) > 0 {
				t.Errorf("left in the repository: %v", left)
			}
		})
	}
	setSpec(t, n.path, levelds("data"), true)
	n.run("repo", "verify")
}

// setSpec changes a repository's Datastore.Spec and, unless it is to disagree, its datastore_spec.
func setSpec(t *testing.T, repository string, spec object, agrees bool) {
	t.Helper()
	file := filepath.Join(repository, "config")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var config map[string]any
	if err := json.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	config["Datastore"].(map[string]any)["Spec"] = spec
	writeJSON(t, file, config)
	if store, ok := spec["store"].(object); ok && agrees {
		writeJSON(t, filepath.Join(repository, "datastore_spec"), object{"type": store["type"], "path": store["path"]})
	}
}

func TestTheProfileSaysWhatItNeeds(t *testing.T) {
	n := bareNode(t)
	if line := n.refused("init", "--profile=motrds"); !strings.Contains(line, "needs the environment variable MOTRDS_SPEC") {
		t.Error(line)
	}
}

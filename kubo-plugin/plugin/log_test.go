package plugin

import (
	"encoding/json"
	"testing"

	logging "github.com/ipfs/go-log/v2"
)

func TestALineOfTheSidecarIsLoggedAtItsOwnLevel(t *testing.T) {
	const began = "2026-01-31T12:00:00.000Z [main] "
	cases := []struct{ line, level string }{
		{began + "ERROR io.motrds.cli.Serve - lost", "error"},
		{began + "WARN io.motrds.cli.Serve - away", "warn"},
		{began + "INFO io.motrds.cli.Serve - serving", "info"},
		{began + "DEBUG io.motrds.cli.Serve - a call", "debug"},
		{began + "TRACE io.motrds.cli.Serve - a byte", "debug"},
		{began + "INFO io.motrds.cli.Serve - no ERROR, no WARN", "info"},
		{began + "WARN io.motrds.cli.Serve - ERROR", "warn"},
		{"[ERROR] in brackets", "error"},
		{"WARNING: of the JVM", "info"},
		{"TERROR, error and Warn", "info"},
		{"\tat io.motrds.cli.Serve.run(Serve.java:1)", "info"},
		{"", "info"},
	}
	level, err := logging.SubsystemLevelName("motrds")
	if err == nil {
		err = logging.SetLogLevel("motrds", "debug")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = logging.SetLogLevel("motrds", level) })
	reader := logging.NewPipeReader()
	go func() {
		for _, c := range cases {
			passOn(c.line)
		}
		_ = reader.Close()
	}()

	lines := json.NewDecoder(reader)
	for _, c := range cases {
		var got struct{ Level, Logger, Msg string }
		if err := lines.Decode(&got); err != nil {
			t.Fatal(err)
		}
		if got.Level != c.level || got.Logger != "motrds" || got.Msg != c.line {
			t.Errorf("%q: %+v", c.line, got)
		}
	}
	if lines.More() {
		t.Error("more was logged than was said")
	}
}

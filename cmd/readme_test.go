package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// consoleBlock is an example in the README: lines that start with "$ " are typed,
// the others are what comes back, stderr included.
var consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```\n")

// TestReadmeExamples types every console block of the README, all in one shell
// and one folder, and compares what comes back.
func TestReadmeExamples(t *testing.T) {
	const file = "../README.md"
	readme, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	blocks := consoleBlock.FindAllStringSubmatch(string(readme), -1)
	if len(blocks) == 0 {
		t.Fatal("README.md has no example")
	}
	const mark = "-----8-----"
	script := "exec 2>&1\n"
	for i, block := range blocks {
		script += "echo " + mark + strconv.Itoa(i) + "\n"
		for line := range strings.Lines(block[1]) {
			if command, typed := strings.CutPrefix(line, "$ "); typed {
				script += "cat <<'TYPED'\n" + line + "TYPED\n" + command
			}
		}
	}
	transcript := filepath.Join(t.TempDir(), "transcript")
	dir := t.TempDir()
	txtar := "exec sh example.sh\ncp stdout " + transcript + "\n-- example.sh --\n" + script
	if err := os.WriteFile(filepath.Join(dir, "readme.txtar"), []byte(txtar), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("shell", func(t *testing.T) { testscript.Run(t, testscript.Params{Dir: dir}) })
	typed, err := os.ReadFile(transcript)
	if err != nil {
		t.Fatal(err)
	}
	outputs := strings.Split(string(typed), mark)[1:]
	if len(outputs) != len(blocks) {
		t.Fatalf("%d blocks came back, %d were typed", len(outputs), len(blocks))
	}
	i := -1
	fresh(t, file, consoleBlock.ReplaceAllFunc(readme, func([]byte) []byte {
		i++
		_, output, _ := strings.Cut(outputs[i], "\n")
		return []byte("```console\n" + output + "```\n")
	}))
}

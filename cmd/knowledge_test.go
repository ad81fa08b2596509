package cmd

import (
	"bytes"
	"os"
	"regexp"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var jsonBlock = regexp.MustCompile("(?ms)^```json\n(\\{\n  \"id\": .*?)^```\n")

// TestReadmeKnowledge: the files of one's own that the README shows are those that the
// script probe-knowledge judges with.
func TestReadmeKnowledge(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := txtar.ParseFile("../testdata/script/probe-knowledge.txtar")
	if err != nil {
		t.Fatal(err)
	}
	shown := jsonBlock.FindAllSubmatch(readme, -1)
	if len(shown) != 2 {
		t.Fatalf("README.md shows %d files", len(shown))
	}
	for i, name := range []string{"own/fingerprints/acme.header-missing.json", "own/causes/acme-edge.json"} {
		file := script.Files[i]
		if file.Name != name || !bytes.Equal(file.Data, shown[i][1]) {
			t.Errorf("%s in the script is not what README.md shows:\n%s\n%s", name, file.Data, shown[i][1])
		}
	}
}

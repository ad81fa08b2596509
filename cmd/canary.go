package cmd

import (
	"embed"
	"slices"
	"strings"
)

//go:embed canary
var canaryFiles embed.FS

// A canary is a file with an application that says what arrived of the header.
type canary struct{ kind, file string }

// canaries are all of them, and the one place to add another.
var canaries = []canary{
	{"wsgi", "canary.wsgi.py"},
	{"asgi", "canary.asgi.py"},
	{"php", "canary.php"},
	{"node", "canary.node.js"},
	{"cgi", "canary.cgi.sh"},
	{"go", "canary.go.txt"}, // named so that it is no part of this program
	{"java", "Canary.java"},
}

func canaryKinds() []string {
	kinds := make([]string, len(canaries))
	for i, c := range canaries {
		kinds[i] = c.kind
	}
	return kinds
}

// A canaryJSON is jwt.canary/v1.
type canaryJSON struct {
	Schema string `json:"schema"`
	Kind   string `json:"kind"`
	File   string `json:"file"` // what to call it
	Text   string `json:"text"`
}

// showCanary writes the file of a kind.
func (a *app) showCanary(kind string) error {
	c := canaries[slices.IndexFunc(canaries, func(c canary) bool { return c.kind == kind })]
	text, err := canaryFiles.ReadFile("canary/" + c.file)
	if err != nil {
		return err
	}
	if out := a.out.Load(); out != nil {
		out.public = true // the server that is to run it is another user
	}
	name := strings.TrimSuffix(c.file, ".txt")
	ans := answer{exit: exitOK, json: canaryJSON{"jwt.canary/v1", kind, name, string(text)}, bare: text}
	if a.onTerminal() {
		ans.notes = []string{"to write it to a file: -o " + name}
	}
	return a.show(ans)
}

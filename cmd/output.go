package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
)

// formats is every output format, and the one place to add another.
var formats = []struct {
	name   string
	format func(*app, answer) []byte
}{
	{"text", (*app).formatText},
	{"json", (*app).formatJSON},
}

func formatNames() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

func (a *app) json() bool { return a.globals.format.String() == "json" }

func (a *app) format(ans answer) []byte {
	if ans.bare != nil && !a.json() {
		return a.forTerminal(ans.bare)
	}
	for _, f := range formats {
		if f.name == a.globals.format.String() {
			return f.format(a, ans)
		}
	}
	return a.formatText(ans)
}

// forTerminal is an exact value: exact into a pipe or a file, escaped where a
// terminal would obey it.
func (a *app) forTerminal(value []byte) []byte {
	if a.out == nil && a.Terminal.Out {
		value = []byte(ui.Escape(string(bytes.TrimSuffix(value, []byte("\n")))))
		return append(value, '\n')
	}
	return value
}

func (a *app) formatText(ans answer) []byte {
	width, colour := a.Width, ui.Colour(a.globals.colour, a.Getenv, a.Terminal.Out && a.out == nil)
	page := ui.NewPage(colour, width)
	if ans.text != nil {
		ans.text(page)
	}
	return page.Bytes()
}

// formatJSON is one line for a program, and laid out for a person at a terminal.
func (a *app) formatJSON(ans answer) []byte {
	text, err := encodeJSON(ans.json)
	if err != nil {
		panic(err) // the answer's types are ours
	}
	if a.Terminal.Out && a.out == nil {
		return append(ui.Indent(text, ""), '\n')
	}
	return append(ui.EscapeJSON(text), '\n')
}

// encodeJSON keeps <, > and & as they are: the output is no HTML, and a token's
// own text must not change.
func encodeJSON(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// An errorJSON is the one line on stderr that stands for "no answer".
type errorJSON struct {
	Error struct {
		Code      string `json:"code"`
		Exit      int    `json:"exit"`
		Message   string `json:"message"`
		Hint      string `json:"hint,omitempty"`
		Retryable bool   `json:"retryable"`
	} `json:"error"`
}

func (a *app) renderError(err error) (exitCode, []byte) {
	code := exitOfError(err)
	if is[panicError](err) || err == errForgot {
		code = exitBug
	}
	hint := hintFor(err)
	if a.json() {
		var e errorJSON
		e.Error.Code, e.Error.Exit, e.Error.Retryable = code.row().name, code.number(), code.row().retryable
		e.Error.Message, e.Error.Hint = err.Error(), hint
		text, err := encodeJSON(e)
		if err != nil {
			panic(err)
		}
		return code, append(ui.EscapeJSON(text), '\n')
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "jwt: error: %s\n", ui.Escape(err.Error()))
	if hint != "" {
		fmt.Fprintf(&b, "hint: %s\n", ui.Escape(hint))
	}
	return code, b.Bytes()
}

// An outFile is the file of --out: written beside its place and moved there when
// the answer is whole, so that a failure leaves nothing behind.
type outFile struct {
	*os.File
	name string
}

// openOut refuses what would destroy something before any work is done.
func (a *app) openOut() error {
	name := a.globals.out.String()
	if name == "" || name == "-" {
		return nil
	}
	for _, f := range formats {
		if f.name == name {
			return &usageError{"--out " + name + ": this names a file, not a format", "for the format: -f " + name + "; for a file of that name: -o ./" + name}
		}
	}
	if _, err := os.Lstat(name); err == nil && !a.globals.force {
		return &usageError{"--out " + name + ": the file exists", "to write over it: --force"}
	}
	file, err := os.CreateTemp(filepath.Dir(name), ".jwt-*")
	if err != nil {
		return &inputError{"--out " + name, unwrapPath(err)}
	}
	a.out = &outFile{file, name}
	return nil
}

// closeOut moves the file to its place, or removes it if there is no answer.
func (a *app) closeOut() error {
	if a.out == nil {
		return nil
	}
	defer func() { _ = os.Remove(a.out.File.Name()) }() // gone already if it was moved
	if err := a.out.Close(); err != nil {
		return fmt.Errorf("%w: %w", errWrite, err)
	}
	if a.shown == 0 {
		return nil
	}
	if !a.globals.force {
		// A link fails if the name was taken in the meantime; a rename would not.
		if err := os.Link(a.out.File.Name(), a.out.name); err == nil {
			return nil
		} else if os.IsExist(err) {
			return &usageError{"--out " + a.out.name + ": the file exists", "to write over it: --force"}
		}
	}
	if err := os.Rename(a.out.File.Name(), a.out.name); err != nil {
		return fmt.Errorf("%w: %w", errWrite, unwrapPath(err))
	}
	return nil
}

func (a *app) stdout() io.Writer {
	if a.out != nil {
		return a.out
	}
	return a.Out
}

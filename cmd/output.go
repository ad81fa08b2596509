package cmd

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
)

// formats is every output format, and the one place to add another.
var formats = []struct {
	name   string
	format func(*app, answer) []byte
}{
	{"text", (*app).formatText},
	{"json", (*app).formatJSON},
	{"github", (*app).formatGitHub},
}

func formatNames() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

func (a *app) json() bool   { return a.globals.format.String() == "json" }
func (a *app) github() bool { return a.globals.format.String() == "github" }

func (a *app) format(ans answer) []byte {
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
	if a.onTerminal() {
		value = []byte(ui.Escape(string(bytes.TrimSuffix(value, []byte("\n")))))
		return append(value, '\n')
	}
	return value
}

func (a *app) formatText(ans answer) []byte {
	if ans.bare != nil {
		return a.forTerminal(ans.bare)
	}
	width, colour := a.Width, ui.Colour(a.globals.colour, a.Getenv, a.onTerminal())
	page := ui.NewPage(colour, width)
	if ans.text != nil {
		ans.text(page)
	}
	return page.Bytes()
}

// formatGitHub is annotations of a run of GitHub Actions, and text where there is
// nothing to annotate. No line of that is a workflow command, whatever it says.
func (a *app) formatGitHub(ans answer) []byte {
	switch {
	case ans.bare != nil:
		page := ui.NewPage(false, 0)
		page.Line("%s", bytes.TrimSuffix(ans.bare, []byte("\n")))
		return page.Bytes()
	case ans.findings == nil:
		return a.formatText(ans)
	}
	var b bytes.Buffer
	title := strings.TrimSpace(a.title + " " + ans.place)
	for _, f := range ans.findings() {
		b.WriteString(ui.Annotation(f.level, title, f.text))
	}
	return b.Bytes()
}

// formatJSON is one line for a program, and laid out for a person at a terminal.
func (a *app) formatJSON(ans answer) []byte {
	text, err := encodeJSON(ans.json)
	if err != nil {
		panic(err) // the answer's types are ours
	}
	if a.onTerminal() {
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

func (a *app) renderError(err error) (exitCode, []byte, []hint) {
	code := exitOfError(err)
	if errors.Is(err, context.Canceled) {
		code = a.interruption()
	}
	if is[*sourceError](err) && len(a.once([]string{err.Error()})) == 0 {
		return code, nil, nil // said already, for another token
	}
	if is[panicError](err) || errors.Is(err, errForgot) {
		code = exitBug
	}
	advice := hintFor(err)
	if a.json() {
		var e errorJSON
		e.Error.Code, e.Error.Exit, e.Error.Retryable = code.row().name, code.number(), code.row().retryable
		e.Error.Message, e.Error.Hint = err.Error(), advice
		text, err := encodeJSON(e)
		if err != nil {
			panic(err)
		}
		return code, append(ui.EscapeJSON(text), '\n'), nil
	}
	var b bytes.Buffer
	if a.github() {
		// Redacted here: what the encoding changes would not be found in it.
		b.WriteString(ui.Annotation(ui.Error, cmp.Or(a.title, "jwt"), a.secrets.Redact(err.Error())))
	} else {
		fmt.Fprintf(&b, "%s\n", a.wrapErr("jwt: error: "+ui.Escape(err.Error())))
	}
	if advice == "" {
		return code, b.Bytes(), nil
	}
	return code, b.Bytes(), []hint{{"", advice}}
}

// An outFile is a file that is written beside its place and moved there when it is
// whole, so that a failure leaves nothing behind.
type outFile struct {
	*os.File
	flag, name string
	direct     bool // a device or a pipe: nothing to move, and nothing to take away
	public     bool // for everybody to read, once it is whole
}

// createFile starts a file that only its owner can read: it may hold a token.
func (a *app) createFile(flag, name string) (*outFile, error) {
	a.Listen()
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		file, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w: %w", flag, name, errWrite, unwrapPath(err))
		}
		return &outFile{File: file, flag: flag, name: name, direct: true}, nil
	}
	file, err := os.CreateTemp(filepath.Dir(name), ".jwt-*")
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w: %w", flag, name, errWrite, unwrapPath(err))
	}
	return &outFile{File: file, flag: flag, name: name}, nil
}

// discard leaves nothing behind.
func (o *outFile) discard() {
	_ = o.Close()
	if !o.direct {
		_ = os.Remove(o.Name())
	}
}

// commit moves the file to its place.
func (o *outFile) commit(force bool) error {
	if o.direct {
		return o.Close()
	}
	defer func() { _ = os.Remove(o.Name()) }() // gone already if it was moved
	if o.public {
		if err := o.Chmod(0o644); err != nil {
			return fmt.Errorf("%w: %w", errWrite, unwrapPath(err))
		}
	}
	if err := o.Close(); err != nil {
		return fmt.Errorf("%w: %w", errWrite, err)
	}
	if !force {
		// A link fails if the name was taken in the meantime; a rename would not.
		err := os.Link(o.Name(), o.name)
		if err == nil {
			return nil
		}
		if os.IsExist(err) {
			return fileExists(o.flag, o.name)
		}
	}
	if err := os.Rename(o.Name(), o.name); err != nil {
		return fmt.Errorf("%w: %w", errWrite, unwrapPath(err))
	}
	return nil
}

// writeFile writes a file other than that of --out, for its owner or for everybody.
func (a *app) writeFile(flag, name string, data []byte, public bool) error {
	out, err := a.createFile(flag, name)
	if err != nil {
		return err
	}
	out.public = public
	if _, err := out.Write(data); err != nil {
		out.discard()
		return fmt.Errorf("%w: %w", errWrite, unwrapPath(err))
	}
	return out.commit(bool(a.globals.force))
}

func fileExists(flag, name string) error {
	return &usageError{flag + " " + name + ": the file exists", "to write over it: --force"}
}

// freeName refuses what would destroy something before any work is done.
func (a *app) freeName(flag, name string) error {
	if name == "" || bool(a.globals.force) {
		return nil
	}
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return nil // a device or a pipe is there to be written to
	}
	if _, err := os.Lstat(name); err == nil {
		return fileExists(flag, name)
	}
	return nil
}

// openOut starts the file of --out.
func (a *app) openOut() error {
	name := a.globals.out.value
	switch {
	case name == "-" || !a.globals.out.set:
		return nil
	case name == "":
		return &usageError{"--out is empty", "a file's name, or - for standard output"}
	}
	for _, f := range formats {
		if f.name == name {
			return &usageError{"--out " + name + ": this names a file, not a format", "for the format: -f " + name + "; for a file of that name: -o ./" + name}
		}
	}
	if err := a.freeName("--out", name); err != nil {
		return err
	}
	out, err := a.createFile("--out", name)
	if err == nil {
		a.out.Store(out)
	}
	return err
}

// closeOut finishes it: in its place if the whole answer is in it.
func (a *app) closeOut() error {
	out := a.out.Load()
	switch {
	case out == nil:
		return nil
	case a.shown == 0 || a.cut:
		out.discard()
		return nil
	}
	return out.commit(bool(a.globals.force))
}

func (a *app) stdout() io.Writer {
	if out := a.out.Load(); out != nil {
		return out
	}
	return a.Out
}

// wrapErr breaks a line of stderr between words, where a terminal would break it
// anywhere.
func (a *app) wrapErr(line string) string {
	if !a.Terminal.Err {
		return line
	}
	return ui.Wrap(a.secrets.Redact(line), a.Width, len("hint: "))
}

// onTerminal reports whether answers go to a terminal.
func (a *app) onTerminal() bool { return a.Terminal.Out && a.out.Load() == nil }

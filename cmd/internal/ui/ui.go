// Package ui is everything a person or a script sees: streams, colour, the
// escaping of hostile text, and the redaction of secrets.
package ui

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"slices"

	"golang.org/x/term"
)

// When says when to use colour. It is a pflag.Value; its zero value is Auto.
type When int

const (
	Auto When = iota
	Always
	Never
)

var whens = [...]string{Auto: "auto", Always: "always", Never: "never"}

func (w When) String() string { return whens[w] }

// Set takes one of auto, always and never, as it is spelt here.
func (w *When) Set(name string) error {
	i := slices.Index(whens[:], name)
	if i < 0 {
		return errors.New("must be auto, always or never")
	}
	*w = When(i)
	return nil
}

// Type is what a help text shows in the place of the value.
func (When) Type() string { return "auto|always|never" }

// Colour decides for one stream whether it gets colour; terminal says whether
// that stream is one. The first of these that has an opinion wins: the flag,
// NO_COLOR (https://no-color.org), CLICOLOR_FORCE or FORCE_COLOR, CLICOLOR=0
// (https://bixense.com/clicolors/), TERM=dumb, the stream itself.
func Colour(w When, getenv func(string) string, terminal bool) bool {
	forced := func(name string) bool {
		value := getenv(name)
		return value != "" && value != "0"
	}
	switch {
	case w != Auto:
		return w == Always
	case getenv("NO_COLOR") != "":
		return false
	case forced("CLICOLOR_FORCE"), forced("FORCE_COLOR"):
		return true
	case getenv("CLICOLOR") == "0", getenv("TERM") == "dumb":
		return false
	}
	return terminal
}

// Terminal reports whether a stream is a terminal, and how many columns it has.
func Terminal(f *os.File) (is bool, width int) {
	if !term.IsTerminal(int(f.Fd())) {
		return false, 0
	}
	width, _, _ = term.GetSize(int(f.Fd())) // 0 where it cannot be known
	return true, width
}

// Password asks for one on the terminal that the process belongs to, whatever its
// streams are, and shows nothing of what is typed. It is nil if there is no terminal,
// or nothing was typed.
func Password(ctx context.Context, prompt string) ([]byte, error) {
	in, out := "/dev/tty", "/dev/tty"
	if runtime.GOOS == "windows" {
		in, out = "CONIN$", "CONOUT$"
	}
	keyboard, err := os.OpenFile(in, os.O_RDWR, 0)
	if err != nil {
		return nil, nil //nolint:nilerr // nobody to ask
	}
	defer keyboard.Close() //nolint:errcheck // only read
	screen, err := os.OpenFile(out, os.O_WRONLY, 0)
	if err != nil {
		return nil, nil //nolint:nilerr // the same
	}
	defer screen.Close() //nolint:errcheck // nothing is kept there
	fd := int(keyboard.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}

	type line struct {
		text []byte
		err  error
	}
	typed := make(chan line, 1)
	_, _ = io.WriteString(screen, Escape(prompt))
	defer io.WriteString(screen, "\n") //nolint:errcheck // the one that was typed does not show either
	go func() {
		text, err := term.ReadPassword(fd)
		typed <- line{text, err}
	}()
	select {
	case l := <-typed:
		return l.text, l.err
	case <-ctx.Done(): // the read goes on; the terminal must not stay mute
		_ = term.Restore(fd, before)
		return nil, ctx.Err()
	}
}

// Piped reports whether a stream is a pipe or a file: something that has an end,
// and that somebody put there on purpose.
func Piped(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && (info.Mode().IsRegular() || info.Mode()&os.ModeNamedPipe != 0)
}

package cmd

import (
	"fmt"
	"strings"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/diagnose"
	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/when"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// A mistakenError says what was given in place of a token. Nothing was sent.
type mistakenError struct {
	mistake token.Mistake
	what    string
}

func (e *mistakenError) Error() string {
	switch e.mistake {
	case token.Placeholder:
		return fmt.Sprintf("%q is no token, but what programs write where they have none", e.what)
	case token.Unexpanded:
		return "the name of a variable, and not its value"
	}
	if e.what == "" {
		return "a JSON object, and no token"
	}
	return "a JSON object, and no token; what may be one stands in " + ui.Escape(e.what)
}

func (e *mistakenError) hint() string {
	switch e.mistake {
	case token.Placeholder:
		return "look where it was made; if it really is the token: --token str:" + quoteForShell(e.what)
	case token.Unexpanded:
		return "nobody has put the value in: single quotes keep a shell from it; a variable is read with --token env:NAME"
	}
	if first, others, _ := strings.Cut(e.what, ", "); e.what != "" && others == "" {
		return "jwt login gets a token and goes on with --then-probe; jq prints one of a file: jq -r " + quoteForShell(jqPath(first))
	}
	return "jwt login gets a token and goes on with --then-probe; jq -r .NAME prints one member of a file"
}

// A fileNameError says that a file's name was given, and not what is in it.
type fileNameError struct{ name string }

func (e *fileNameError) Error() string { return "the name of a file, and not what is in it" }

func (e *fileNameError) hint() string {
	return "did you mean --token " + quoteForShell("@"+e.name) + "? If it really is the token: --token " + quoteForShell("str:"+e.name)
}

// jqPath is a member as jq names it.
func jqPath(name string) string {
	pointer, isPath := strings.CutPrefix(name, "/")
	if !isPath {
		return "." + name
	}
	return "." + strings.ReplaceAll(pointer, "/", ".")
}

// mistakeNote is what is said of a token that is sent as it was given, though it is
// hardly what was meant.
func mistakeNote(m token.Mistake) string {
	switch m {
	case token.Percent:
		return "the token is a JWT that was encoded for a URL (%2E, %3D …), and is sent so: a header is not decoded"
	case token.Wrapped:
		return "the token is a JWT that was put into base64 once more, and is sent so"
	case token.Unsigned:
		return "the token has two segments, header and payload: its signature is missing"
	case token.Encrypts:
		return "the token is encrypted (JWE): only whom it is for can read it"
	}
	return ""
}

// mistaken judges what was given as a token, unless it was given with "str:" as what it
// is.
func (f *probeFlags) mistaken(given givenToken) (note string, err error) {
	if strings.HasPrefix(f.token.value, "str:") && f.got == nil {
		return "", nil
	}
	if f.got == nil && given.text == f.token.value && isFile(given.text) {
		return "", &inputError{"the token", &fileNameError{given.text}}
	}
	m, what := token.Mistaken(given.text)
	if m == token.Object && what == "" && !f.token.set && f.got == nil {
		return "", nil // whatever stands on stdin, nobody said that it is a token
	}
	switch m {
	case token.Placeholder, token.Unexpanded, token.Object:
		return "", &inputError{"the token", &mistakenError{m, what}}
	}
	return mistakeNote(m), nil
}

// sizeNote says that the token is longer than the server that answers takes by default.
func sizeNote(d diagnose.Diagnosis) string {
	if d.Limit == nil {
		return ""
	}
	of := "of one header line"
	if d.Limit.Of == "head" {
		of = "of all headers together"
	}
	return fmt.Sprintf("the Authorization line has %d bytes; %s takes %d %s, unless %s says otherwise", d.Limit.Length, d.Limit.Server, d.Limit.Bytes, of, d.Limit.Set)
}

// clockText says how far the server's clock is from this machine's.
func clockText(log *wire.Log, d diagnose.Diagnosis) string {
	if d.ClockSkew == 0 {
		return ""
	}
	there := log.Started.Add(d.Skew())
	distance := strings.TrimPrefix(strings.TrimSuffix(when.Relative(there, log.Started), " ago"), "in ")
	direction := "ahead of"
	if d.ClockSkew < 0 {
		direction = "behind"
	}
	return fmt.Sprintf("the server's clock is %s %s this machine's", distance, direction)
}

func notesOf(note string) []string {
	if note == "" {
		return nil
	}
	return []string{note}
}

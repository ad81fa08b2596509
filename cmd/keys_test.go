package cmd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

// TestPasswordPrompt: the password of a key is asked for on the terminal, when there
// is a terminal and a key that needs it, and at most once.
func TestPasswordPrompt(t *testing.T) {
	const plain, encrypted = "../testdata/keys/ec256.pem", "../testdata/keys/ec256.encrypted.pem"
	for _, row := range []struct {
		name     string
		args     []string
		terminal bool
		typed    []byte
		err      error
		asked    int
		code     int
		says     string // on stderr
	}{
		{"asked", []string{"--key", encrypted}, true, []byte("test"), nil, 1, 0, ""},
		{"wrong", []string{"--key", encrypted}, true, []byte("Test"), nil, 1, 3, "the password is wrong"},
		{"nothing typed", []string{"--key", encrypted}, true, nil, nil, 1, 3, "hint: its password: --key-password"},
		{"no terminal any more", []string{"--key", encrypted}, true, nil, io.EOF, 1, 3, "the password: EOF"},
		{"interrupted", []string{"--key", encrypted}, true, nil, context.Canceled, 1, 130, ""},
		{"a script", []string{"--key", encrypted}, false, []byte("test"), nil, 0, 3, "hint: its password: --key-password"},
		{"not needed", []string{"--key", plain}, true, nil, errors.New("asked"), 0, 0, ""},
		{"given", []string{"--key", encrypted, "--key-password", "test"}, true, nil, errors.New("asked"), 0, 0, "note: a secret on the command line"},
	} {
		var out, errs bytes.Buffer
		env := testEnv(&out, &errs, nil)
		env.Terminal.Err = row.terminal
		asked := 0
		env.Password = func(_ context.Context, prompt string) ([]byte, error) {
			asked++
			if !strings.HasSuffix(prompt, ": ") {
				t.Errorf("%s: the prompt is %q", row.name, prompt)
			}
			return row.typed, row.err
		}
		code := Run(context.Background(), env, append([]string{"sign", "-s", "a", "-e", "1h"}, row.args...))
		if code != row.code || asked != row.asked || !strings.Contains(errs.String(), row.says) {
			t.Errorf("%s: exit code %d, want %d; asked %d times, want %d: %s", row.name, code, row.code, asked, row.asked, errs.String())
		}
	}
}

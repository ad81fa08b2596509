package cmd

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// TestKeysOnTerminal: a terminal gets no private key by accident, nor binary; a
// public key looks there as it does in a file.
func TestKeysOnTerminal(t *testing.T) {
	const private, public = "../testdata/keys/ec256.pem", "../testdata/keys/ec256.pub.pem"
	for _, test := range []struct {
		args []string
		want string // on stdout; empty: exit code 2
	}{
		{[]string{"key", "new", "--alg", "ES256"}, ""},
		{[]string{"key", "new", "--alg", "HS256"}, ""},
		{[]string{"key", "convert", private}, ""},
		{[]string{"key", "convert", private, "--to", "pem", "-o", "-"}, "-----BEGIN PRIVATE KEY-----\nMIG"},
		{[]string{"key", "public", private, "--to", "der"}, ""},
		{[]string{"key", "public", private, "--to", "pem"}, "-----BEGIN PUBLIC KEY-----\nMFk"},
		{[]string{"key", "convert", public, "--to", "openssh"}, "ecdsa-sha2-nistp256 AAAA"},
		{[]string{"key", "convert", public}, `{"kty":"EC"`},
	} {
		var out, errs bytes.Buffer
		env := testEnv(&out, &errs, nil)
		env.Terminal.Out = true
		code := Run(context.Background(), env, test.args)
		if (code == 2) != (test.want == "") || !strings.HasPrefix(out.String(), test.want) || code == 2 && out.Len() > 0 {
			t.Errorf("%v: exit code %d: %s%s", test.args, code, out.String(), errs.String())
		}
	}
}

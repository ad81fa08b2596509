package key_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// made is one new key of each kind.
func made(t *testing.T) []key.Key {
	t.Helper()
	var list []key.Key
	for _, kind := range []key.Kind{
		key.Secret, key.RSA, key.P256, key.P384, key.P521, key.Secp256k1, key.Ed25519, key.MLDSA44, key.MLDSA65, key.MLDSA87,
	} {
		k, err := key.New(kind, 2048)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if k.Kind() != kind || !k.CanSign() || len(k.Weaknesses()) > 0 {
			t.Errorf("%s became %v", kind, k)
		}
		list = append(list, k)
	}
	return list
}

// TestNew: a key is new each time, and none is made that is weak or unknown.
func TestNew(t *testing.T) {
	again := made(t)
	for i, k := range made(t) {
		if bytes.Equal(encode(t, k, "jwk"), encode(t, again[i], "jwk")) {
			t.Errorf("%v: the same key twice", k)
		}
	}
	for _, bits := range []int{0, 1024, 1 << 20} {
		if k, err := key.New(key.RSA, bits); err == nil {
			t.Errorf("made %v", k)
		}
	}
	if k, err := key.New(key.Secret, 0); !errors.Is(err, key.ErrEmptySecret) {
		t.Errorf("made %v, %v", k, err)
	}
	if k, err := key.New("Ed448", 0); err == nil {
		t.Errorf("made %v", k)
	}
}

func encode(t *testing.T, k key.Key, format string) []byte {
	t.Helper()
	text, err := k.Encode(format)
	if err != nil {
		t.Fatalf("%v as %s: %v", k, format, err)
	}
	return text
}

// TestEncode: what is written is the same key when it is read again, private or
// public; a public key has nothing of the private one.
func TestEncode(t *testing.T) {
	for _, whole := range made(t) {
		whole.ID, whole.HasID, whole.Ops = "a \"name\"", true, []string{"sign"}
		for _, k := range []key.Key{whole, whole.PublicOnly()} {
			for _, format := range key.Formats() {
				text, err := k.Encode(format)
				if err != nil {
					if !errors.As(err, new(*key.UnusableError)) || readable(k, format) {
						t.Errorf("%v as %s: %v", k, format, err)
					}
					continue
				}
				again := one(t, text)
				if again.String() != k.String() || again.Thumbprint() != k.Thumbprint() || !bytes.Equal(again.Secret(), k.Secret()) {
					t.Errorf("%v became %v as %s", k, again, format)
				}
				if strings.HasPrefix(format, "jwk") && (again.ID != k.ID || !slices.Equal(again.Ops, k.Ops)) {
					t.Errorf("%v lost its kid or operations as %s: %s", k, format, text)
				}
				if !bytes.Equal(encode(t, again, format), text) {
					t.Errorf("%v: written again as %s, it is another text", k, format)
				}
			}
		}
	}
	if text, err := (key.Key{}).Encode("jwk"); err == nil {
		t.Errorf("no key was written as %s", text)
	}
	if text, err := made(t)[1].Encode("xml"); err == nil {
		t.Errorf("written as %s", text)
	}
}

// readable reports whether a format has a place for a key.
func readable(k key.Key, format string) bool {
	switch format {
	case "pem", "der":
		return k.Kind() != key.Secret
	case "openssh":
		return !k.CanSign() && k.Kind() != key.Secp256k1 && !strings.HasPrefix(string(k.Kind()), "ML-DSA")
	}
	return true
}

// TestKTY: a key's type is what its JWK says.
func TestKTY(t *testing.T) {
	for _, k := range made(t) {
		jwk, err := strict.ParseObject(bytes.TrimSpace(encode(t, k, "jwk")))
		if err != nil {
			t.Fatal(err)
		}
		if kty, _ := jwk.Text("kty"); kty == "" || kty != k.KTY() {
			t.Errorf("%v: %q, and in its JWK %q", k, k.KTY(), kty)
		}
	}
	if kty := (key.Key{}).KTY(); kty != "" {
		t.Errorf("no key is of the type %q", kty)
	}
}

// TestEncodeAsOpenSSL: PEM is, byte for byte, what OpenSSL and ssh-keygen wrote.
func TestEncodeAsOpenSSL(t *testing.T) {
	for _, name := range []string{"rsa", "ec256", "ec384", "ec521", "ec256k", "ed25519", "mldsa44", "mldsa65", "mldsa87"} {
		for _, end := range []string{".pem", ".pub.pem"} {
			data := file(t, name+end)
			if diff := cmp.Diff(string(data), string(encode(t, one(t, data), "pem"))); diff != "" {
				t.Errorf("%s%s (-OpenSSL +ours):\n%s", name, end, diff)
			}
		}
	}
	for _, name := range []string{"rsa", "ec256", "ec384", "ec521", "ed25519"} {
		data := string(file(t, name+".openssh.pub"))
		if got := string(encode(t, one(t, []byte(data)), "openssh")); !strings.HasPrefix(data, strings.TrimSpace(got)) { // a comment follows
			t.Errorf("%s: %s, want %s", name, got, data)
		}
	}
}

// TestPrivateMembers: the numbers come in the order of RFC 7518, and all of them.
func TestPrivateMembers(t *testing.T) {
	for name, want := range map[string]string{
		"rsa.pem":     "kty n e d p q dp dq qi kid alg use",
		"ec256.pem":   "kty crv x y d kid alg use",
		"ec256k.pem":  "kty crv x y d kid alg use",
		"ed25519.pem": "kty crv x d kid alg use",
		"mldsa44.pem": "kty alg pub priv kid use",
	} {
		k := one(t, file(t, name))
		k.ID, k.HasID, k.Use = "1", true, "sig"
		if k.Alg = "X"; k.Kind() == key.MLDSA44 { // it is of the type
			k.Alg = "ML-DSA-44"
		}
		jwk, err := strict.ParseObject(bytes.TrimSpace(encode(t, k, "jwk")))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, m := range jwk.Members() {
			names = append(names, m.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	rsaKey := rsaKey(t)
	want := rsaPrivateJWK(rsaKey)
	got, err := strict.ParseObject(bytes.TrimSpace(encode(t, one(t, file(t, "rsa.pem")), "jwk")))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range want {
		if text, _ := got.Text(name); text != fmt.Sprint(value) {
			t.Errorf("%s is wrong", name)
		}
	}
}

package key_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/key"
)

// TestA3PublicKeyIsNoSecret: every form in which a public key is published. A
// token signed with those bytes as an HMAC secret is one that anybody can make
// (CVE-2016-5431 and its kin).
func TestA3PublicKeyIsNoSecret(t *testing.T) {
	der := bare(t, file(t, "rsa.pub.pem"))
	ec := ecJWK(t, &ecKey(t, "ec256.pem").PublicKey)
	indented, err := json.MarshalIndent(ec, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ssh := "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGbpGp6t3Tx5 alice@example.com"
	in := func(width int, text string) string { // as openssl base64 wraps it
		var b strings.Builder
		for ; len(text) > width; text = text[width:] {
			b.WriteString(text[:width] + "\n")
		}
		return b.String() + text
	}
	rows := map[string][]byte{
		"JWK":                             marshal(ec),
		"JWK, indented":                   indented,
		"JWK, indented with CRLF":         bytes.ReplaceAll(indented, []byte("\n"), []byte("\r\n")),
		"JWK with space around":           []byte("\n\t " + string(marshal(ec)) + " \n"),
		"JWK with a byte order mark":      append([]byte("\ufeff"), marshal(ec)...),
		"JWK in another order":            []byte(`{"y":"` + ec["y"].(string) + `","x":"` + ec["x"].(string) + `","crv":"P-256","kty":"EC"}`),
		"JWK with an escaped name":        bytes.Replace(marshal(ec), []byte(`"kty"`), []byte(`"\u006bty"`), 1),
		"JWK of an unknown type":          []byte(`{"kty":"XYZ","pub":"AA"}`),
		"JWK that is broken":              []byte(`{"kty":"EC"}`),
		"JWK with a name twice":           []byte(`{"kty":"EC","kty":"RSA"}`),
		"JWK cut short":                   marshal(ec)[:60],
		"JWK with text behind":            append(marshal(ec), " x"...),
		"JWK, private":                    marshal(rsaPrivateJWK(rsaKey(t))),
		"JWK Set":                         marshal(members{"keys": []members{ec}}),
		"JWK Set, empty":                  []byte(`{"keys":[]}`),
		"OpenSSH":                         []byte(ssh + "\n"),
		"OpenSSH without comment":         []byte("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ"),
		"OpenSSH, ECDSA (CVE-2024-33663)": []byte("ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAA x"),
		"OpenSSH with space around":       []byte("\n " + ssh + "\r\n"),
		"base64 of DER, as x5c has it":    []byte(base64.StdEncoding.EncodeToString(bare(t, file(t, "rsa.cert.pem")))),
		"base64 of DER, wrapped":          []byte(in(64, base64.StdEncoding.EncodeToString(der))),
		"base64 of DER, wrapped at 76":    []byte(in(76, base64.StdEncoding.EncodeToString(der)) + "\n"),
		"base64 of DER, P-256":            []byte(base64.StdEncoding.EncodeToString(bare(t, file(t, "ec256.pub.pem")))),

		// Fit for no algorithm here, and still known to everybody.
		"PEM of RSA 512":     block("PUBLIC KEY", spki(t, &rsa.PublicKey{N: odd(512), E: 65537})),
		"DER of RSA 512":     spki(t, &rsa.PublicKey{N: odd(512), E: 65537}),
		"DER of RSA 20000":   spki(t, &rsa.PublicKey{N: odd(20000), E: 65537}),
		"DER of P-224":       spki(t, &p224.PublicKey),
		"DER of secp256k1":   foreignSPKI(t, ecPublicKeyOID, secp256k1OID),
		"DER of Brainpool":   foreignSPKI(t, ecPublicKeyOID, brainpoolOID),
		"DER of Ed448":       foreignSPKI(t, ed448OID, nil),
		"base64 of RSA 512":  []byte(base64.StdEncoding.EncodeToString(spki(t, &rsa.PublicKey{N: odd(512), E: 65537}))),
		"PEM that is broken": []byte("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
		"PEM cut short":      file(t, "rsa.pub.pem")[:100],
		"PEM behind text":    []byte("0 \n" + string(file(t, "rsa.pub.pem"))[:100]), // whose first two bytes could begin DER
		"PEM of a CSR":       block("CERTIFICATE REQUEST", []byte{0x30, 0}),
	}
	entries, err := os.ReadDir("../../testdata/keys")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		data := file(t, name)
		if name == "README.md" {
			continue
		}
		rows[name] = data
		rows[name+" without its last newline"] = bytes.TrimSpace(data)
		rows[name+" with one newline more"] = append(bytes.Clone(data), '\n')
		rows[name+" with CRLF"] = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
		rows[name+" with a byte order mark"] = append([]byte("\ufeff"), data...)
		rows[name+" on one line"] = bytes.ReplaceAll(data, []byte("\n"), []byte(`\n`)) // as in environment variables
		if block, _ := pem.Decode(data); block != nil && block.Headers["DEK-Info"] == "" && !strings.Contains(name, "openssh") {
			rows[name+" as DER"] = bare(t, data)
		}
	}
	for name, data := range rows {
		k, err := key.NewSecret(data)
		e, ok := errors.AsType[*key.NotSecretError](err)
		if !ok || e.What == "" || e.What != key.Recognise(data) || k.Kind() != "" || k.Secret() != nil {
			t.Errorf("%s could be a secret: %v, %v", name, k, err)
		}
	}
}

// TestSecrets: what people have for secrets, near misses included, is left alone.
func TestSecrets(t *testing.T) {
	random := func(start []byte, n int) []byte {
		rest := make([]byte, n)
		_, _ = rand.Read(rest)
		return append(bytes.Clone(start), rest...)
	}
	rows := [][]byte{
		[]byte("secret"), []byte("your-256-bit-secret"), []byte("a"), {0}, []byte(" "), []byte("\n"), []byte("é"), {0xff, 0xfe},
		[]byte("{"), []byte("{}"), []byte("{curly braces}"), []byte(`{"a":1}`), []byte(`{"secret":"x"`), []byte(`"kty"`), []byte("kty"),
		[]byte("0"), []byte("00"), []byte("0 x"), []byte("0123456789abcdef"), []byte("0x123456"), {0x30}, {0x30, 0x82}, {0x30, 0x82, 1, 0x22},
		[]byte("ssh-secret"), []byte("ssh-rsa"), []byte("my AAAA secret"), []byte("ecdsa"),
		[]byte("-----"), []byte("-----END PUBLIC KEY-----"), []byte("BEGIN PUBLIC KEY"),
		[]byte("MIIB"), []byte("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"), []byte("c2VjcmV0"), []byte("c2VjcmV0Cg=="), []byte("MEUCIQDsecretsecretsecretsecret"),
		[]byte("eyJhbGciOiJIUzI1NiJ9.e30.c2ln"), []byte(strings.Repeat("x", 100_000)),
		bare(t, file(t, "rsa.pub.pem"))[:100], bare(t, file(t, "rsa.pub.pem"))[1:],
	}
	for range 500 {
		for _, start := range [][]byte{nil, {0x30}, {0x30, 0x20}, {0x30, 0x81}, {0x30, 0x82, 0, 60}, {0x30, 0x3e, 0x30, 0x0d, 6, 9}, []byte("{"), []byte("MII")} {
			secret := random(start, 64)
			rows = append(rows, secret, []byte(base64.StdEncoding.EncodeToString(secret)), []byte(base64.RawURLEncoding.EncodeToString(secret)))
		}
	}
	for _, secret := range rows {
		k, err := key.NewSecret(secret)
		if err != nil || !bytes.Equal(k.Secret(), secret) {
			t.Errorf("%q: %v", secret, err)
		}
	}
}

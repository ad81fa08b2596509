package key_test

import (
	"bytes"
	"crypto/aes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/key"
)

// encrypted are the keys of testdata/keys that have a password, and the file with
// the same key that has none; or why they are not read.
var encrypted = map[string]struct{ twin, refused string }{
	"ec256.encrypted.pem":            {"ec256.pem", ""},
	"ec256.pbes1.pem":                {"", "PKCS#8 private key is encrypted in a way that is not supported"},
	"ec256.pbes2.aes-128.pem":        {"ec256.pem", ""},
	"ec256.pbes2.aes-192.pem":        {"ec256.pem", ""},
	"ec256.pbes2.des3.pem":           {"ec256.pem", ""},
	"ec256.pbes2.sha1.pem":           {"ec256.pem", ""},
	"ec256.pbes2.sha224.pem":         {"ec256.pem", ""},
	"ec256.pbes2.sha256.pem":         {"ec256.pem", ""},
	"ec256.pbes2.sha384.pem":         {"ec256.pem", ""},
	"ec256.pbes2.sha512.pem":         {"ec256.pem", ""},
	"rsa.pbes2.scrypt.pem":           {"rsa.pem", ""},
	"ec256.sec1.aes128.pem":          {"ec256.pem", ""},
	"ec256.sec1.aes192.pem":          {"ec256.pem", ""},
	"ec256.sec1.aes256.pem":          {"ec256.pem", ""},
	"ec256.sec1.des3.pem":            {"ec256.pem", ""},
	"rsa.pkcs1.aes128.pem":           {"rsa.pem", ""},
	"ed25519.openssh.aes256-ctr.pem": {"ed25519.pem", ""},
	"ed25519.openssh.aes256-cbc.pem": {"ed25519.pem", ""},
	"ed25519.openssh.3-rounds.pem":   {"ed25519.pem", ""},
	"ed25519.openssh.aes128-ctr.pem": {"", "OpenSSH private key is encrypted in a way that is not supported"},
	"rsa.openssh.aes256-ctr.pem":     {"rsa.pem", ""},
}

// password answers with a text, and counts how often it is asked.
func password(text string, asked *int) func() ([]byte, error) {
	return func() ([]byte, error) {
		*asked++
		return []byte(text), nil
	}
}

func TestEncrypted(t *testing.T) {
	for name, want := range encrypted {
		data := file(t, name)
		for how, data := range map[string][]byte{"": data, " with CRLF": bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))} {
			var asked int
			set, err := key.ParseEncrypted(data, password("test", &asked))
			if want.refused != "" {
				if e := wantUnusable(t, err, want.refused); e.Fix != key.Convert || asked != 0 {
					t.Errorf("%s%s: the fix is %q, asked %d times", name, how, e.Fix, asked)
				}
				continue
			}
			if err != nil || len(set.Keys) != 1 || asked != 1 {
				t.Fatalf("%s%s: %v, %v, asked %d times", name, how, set.Keys, err, asked)
			}
			k, twin := set.Keys[0], one(t, file(t, want.twin))
			if k.Private() == nil || k.Thumbprint() != twin.Thumbprint() || strings.Contains(k.Form, "encrypted") {
				t.Errorf("%s%s is a %v in %s", name, how, k, k.Form)
			}

			set, err = key.ParseEncrypted(data, password("Test", &asked))
			if !errors.Is(err, key.ErrPassword) || len(set.Keys) > 0 || asked != 2 {
				t.Errorf("%s%s with another password: %v, %v", name, how, set.Keys, err)
			}
			for _, none := range []func() ([]byte, error){nil, func() ([]byte, error) { return nil, nil }} {
				_, err = key.ParseEncrypted(data, none)
				if e := wantUnusable(t, err, "is encrypted with a password"); e.Fix != key.Decrypt {
					t.Errorf("%s%s without a password: the fix is %q", name, how, e.Fix)
				}
			}
			failed := errors.New("nobody answers")
			if _, err = key.ParseEncrypted(data, func() ([]byte, error) { return nil, failed }); err != failed { //nolint:errorlint // as it is
				t.Errorf("%s%s: %v", name, how, err)
			}
			set, err = key.ParsePublished(data)
			if wantUnusable(t, err, "is encrypted"); len(set.Keys) > 0 {
				t.Errorf("%s%s is published: %v", name, how, set.Keys)
			}
		}
	}
}

// TestPasswordOnce: for all blocks of a file, and only if one needs it.
func TestPasswordOnce(t *testing.T) {
	all := file(t, "ed25519.pub.pem")
	for _, name := range slices.Sorted(maps.Keys(encrypted)) {
		if encrypted[name].refused == "" {
			all = append(all, file(t, name)...)
		}
	}
	var asked int
	set, err := key.ParseEncrypted(all, password("test", &asked))
	if err != nil || asked != 1 || len(set.Keys) != 3 || len(set.Unusable) > 0 {
		t.Errorf("asked %d times for %v, %v: %v", asked, set.Keys, set.Unusable, err)
	}
	for name := range files {
		if _, err := key.ParseEncrypted(file(t, name), password("test", &asked)); err != nil || asked != 1 {
			t.Errorf("%s: asked for a password: %v", name, err)
		}
	}
	// A password that is wrong was meant for something.
	if set, err := key.ParseEncrypted(all, password("x", &asked)); !errors.Is(err, key.ErrPassword) || len(set.Keys) > 0 {
		t.Errorf("%v: %v", set.Keys, err)
	}
}

// TestEncryptedDamaged cuts each file, and flips bits. What comes of it is an error,
// or a key all the same: CBC protects nothing, and public parts are computed.
func TestEncryptedDamaged(t *testing.T) {
	for name, want := range encrypted {
		if want.refused != "" || strings.HasPrefix(name, "rsa") || strings.Contains(name, "openssh") {
			continue
		}
		whole, _ := pem.Decode(file(t, name))
		try := func(how string, data []byte, at int) {
			damaged := *whole
			damaged.Bytes = data
			var asked int
			set, err := key.ParseEncrypted(pem.EncodeToMemory(&damaged), password("test", &asked))
			_, unusable := errors.AsType[*key.UnusableError](err)
			if len(set.Keys) != 1 && !unusable && !errors.Is(err, key.ErrPassword) || err == nil && how == "cut" {
				t.Errorf("%s %s at %d: %v, %v", name, how, at, set.Keys, err)
			}
		}
		for i := range whole.Bytes {
			try("cut", whole.Bytes[:i], i)
			flipped := bytes.Clone(whole.Bytes)
			flipped[i] ^= 1 << (i % 8)
			try("changed", flipped, i)
		}
	}
}

// pbes2 is an encrypted key that demands what it likes.
func pbes2(t testing.TB, kdf, cipher pkix.AlgorithmIdentifier) []byte {
	t.Helper()
	scheme := asn1.RawValue{FullBytes: asn1Bytes(t, struct{ KDF, Cipher pkix.AlgorithmIdentifier }{kdf, cipher})}
	return block("ENCRYPTED PRIVATE KEY", asn1Bytes(t, struct {
		Scheme    pkix.AlgorithmIdentifier
		Encrypted []byte
	}{pkix.AlgorithmIdentifier{Algorithm: pbes2OID, Parameters: scheme}, make([]byte, 64)}))
}

var (
	pbes2OID   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	pbkdf2OID  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	scryptOID  = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11591, 4, 11}
	aes256OID  = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}
	rc2OID     = asn1.ObjectIdentifier{1, 2, 840, 113549, 3, 2}
	hmacMD5OID = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 6}
)

// TestEncryptedDemands: what would take long is refused, and what is not known is
// named, before anybody is asked for a password.
func TestEncryptedDemands(t *testing.T) {
	identifier := func(oid asn1.ObjectIdentifier, parameters any) pkix.AlgorithmIdentifier {
		return pkix.AlgorithmIdentifier{Algorithm: oid, Parameters: asn1.RawValue{FullBytes: asn1Bytes(t, parameters)}}
	}
	aes256 := identifier(aes256OID, make([]byte, aes.BlockSize))
	pbkdf2 := func(iterations int) pkix.AlgorithmIdentifier {
		return identifier(pbkdf2OID, struct {
			Salt       []byte
			Iterations int
		}{make([]byte, 8), iterations})
	}
	scrypt := func(n, r, p int) pkix.AlgorithmIdentifier {
		return identifier(scryptOID, struct {
			Salt    []byte
			N, R, P int
		}{make([]byte, 8), n, r, p})
	}
	md5 := identifier(pbkdf2OID, struct {
		Salt       []byte
		Iterations int
		PRF        pkix.AlgorithmIdentifier
	}{make([]byte, 8), 1, pkix.AlgorithmIdentifier{Algorithm: hmacMD5OID, Parameters: asn1.NullRawValue}})

	for _, row := range []struct {
		name string
		data []byte
		says string
	}{
		{"PBKDF2", pbes2(t, pbkdf2(10_000_001), aes256), "demands 10000001 iterations of PBKDF2; more than 10000000 are refused"},
		{"PBKDF2, the most", pbes2(t, pbkdf2(1<<62), aes256), "more than 10000000 are refused"},
		{"PBKDF2, none", pbes2(t, pbkdf2(0), aes256), "is broken"},
		{"PBKDF2, less", pbes2(t, pbkdf2(-1), aes256), "is broken"},
		{"scrypt N", pbes2(t, scrypt(1<<19, 8, 1), aes256), "demands scrypt with N=524288, r=8, p=1; more than 256 MiB are refused"},
		{"scrypt r", pbes2(t, scrypt(2, 1<<40, 1), aes256), "more than 256 MiB"},
		{"scrypt p", pbes2(t, scrypt(2, 1, 1<<62), aes256), "more than 256 MiB"},
		{"scrypt, all", pbes2(t, scrypt(1<<62, 1<<62, 1<<62), aes256), "more than 256 MiB"},
		{"scrypt, none", pbes2(t, scrypt(0, 8, 1), aes256), "is broken"},
		{"scrypt, N no power of two", pbes2(t, scrypt(3, 8, 1), aes256), "is broken"},
		{"an IV too short", pbes2(t, pbkdf2(1), identifier(aes256OID, make([]byte, 8))), "is broken"},
		{"an old cipher", pbes2(t, pbkdf2(1), identifier(rc2OID, make([]byte, 8))), "the cipher 1.2.840.113549.3.2, which is not supported"},
		{"an old PRF", pbes2(t, md5, aes256), "the PRF 1.2.840.113549.2.6, which is not supported"},
		{"another KDF", pbes2(t, identifier(rc2OID, 1), aes256), "the key derivation 1.2.840.113549.3.2, which is not supported"},
	} {
		var asked int
		_, err := key.ParseEncrypted(row.data, password("test", &asked))
		if wantUnusable(t, err, "PKCS#8 private key "); !strings.Contains(err.Error(), row.says) || asked > 0 {
			t.Errorf("%s: asked %d times, then %v", row.name, asked, err)
		}
	}
}

func FuzzPBES2(f *testing.F) {
	for name := range encrypted {
		if strings.Contains(name, "pbes") || strings.Contains(name, "encrypted") {
			f.Add(bare(f, file(f, name)), "test")
		}
	}
	f.Fuzz(func(t *testing.T, der []byte, text string) {
		// What costs as much as it may is another test's.
		if bytes.Contains(der, pbkdf2DER) && !bytes.Contains(der, []byte{2, 2, 3, 0xe8}) || bytes.Contains(der, scryptDER) && !bytes.Contains(der, []byte{2, 2, 4, 0}) {
			t.Skip("costs too much to be tried often")
		}
		var asked int
		set, err := key.ParseEncrypted(block("ENCRYPTED PRIVATE KEY", der), password(text, &asked))
		_, unusable := errors.AsType[*key.UnusableError](err)
		if asked > 1 || (err == nil) != (len(set.Keys) == 1) || err != nil && !unusable && !errors.Is(err, key.ErrPassword) {
			t.Fatalf("asked %d times: %v, %v", asked, set.Keys, err)
		}
		if asked > 0 && key.Recognise(der) == "" {
			t.Fatal("an encrypted key could be a secret")
		}
	})
}

// Both identifiers as they stand in a file.
var (
	pbkdf2DER, _ = asn1.Marshal(pbkdf2OID)
	scryptDER, _ = asn1.Marshal(scryptOID)
)

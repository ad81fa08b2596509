package key_test

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/jwt-toolkit/jwt/pkg/key"
)

// files are the keys of testdata/keys that stand as DER in PEM, and are not encrypted.
var files = map[string]struct {
	kind  key.Kind
	form  string
	twin  string // another file with the same key
	alone bool   // holds no private key
}{
	"rsa.pem":           {key.RSA, "PKCS#8 private key", "", false},
	"rsa.pkcs1.pem":     {key.RSA, "PKCS#1 private key", "rsa.pem", false},
	"rsa.pub.pem":       {key.RSA, "SPKI public key", "rsa.pem", true},
	"rsa.pkcs1.pub.pem": {key.RSA, "PKCS#1 public key", "rsa.pem", true},
	"rsa.cert.pem":      {key.RSA, "X.509 certificate", "rsa.pem", true},
	"rsa1024.pem":       {key.RSA, "PKCS#8 private key", "", false},
	"ec256.pem":         {key.P256, "PKCS#8 private key", "", false},
	"ec256.sec1.pem":    {key.P256, "SEC1 private key", "ec256.pem", false},
	"ec256.pub.pem":     {key.P256, "SPKI public key", "ec256.pem", true},
	"ec256.chain.pem":   {key.P256, "X.509 certificate", "ec256.pem", true},
	"root.cert.pem":     {key.P256, "X.509 certificate", "", true},
	"ec384.pem":         {key.P384, "PKCS#8 private key", "", false},
	"ec384.sec1.pem":    {key.P384, "SEC1 private key", "ec384.pem", false},
	"ec384.pub.pem":     {key.P384, "SPKI public key", "ec384.pem", true},
	"ec521.pem":         {key.P521, "PKCS#8 private key", "", false},
	"ec521.sec1.pem":    {key.P521, "SEC1 private key", "ec521.pem", false},
	"ec521.pub.pem":     {key.P521, "SPKI public key", "ec521.pem", true},
	"ec256k.pem":        {key.Secp256k1, "PKCS#8 private key", "", false},
	"ec256k.sec1.pem":   {key.Secp256k1, "SEC1 private key", "ec256k.pem", false},
	"ec256k.pub.pem":    {key.Secp256k1, "SPKI public key", "ec256k.pem", true},
	"ed25519.pem":       {key.Ed25519, "PKCS#8 private key", "", false},
	"ed25519.pub.pem":   {key.Ed25519, "SPKI public key", "ed25519.pem", true},
	"mldsa44.pem":       {key.MLDSA44, "PKCS#8 private key", "", false},
	"mldsa44.pub.pem":   {key.MLDSA44, "SPKI public key", "mldsa44.pem", true},
	"mldsa65.pem":       {key.MLDSA65, "PKCS#8 private key", "", false},
	"mldsa65.pub.pem":   {key.MLDSA65, "SPKI public key", "mldsa65.pem", true},
	"mldsa87.pem":       {key.MLDSA87, "PKCS#8 private key", "", false},
	"mldsa87.pub.pem":   {key.MLDSA87, "SPKI public key", "mldsa87.pem", true},

	"rsapss.pem":            {key.RSA, "PKCS#8 private key", "", false},
	"rsapss.pub.pem":        {key.RSA, "SPKI public key", "rsapss.pem", true},
	"rsapss.cert.pem":       {key.RSA, "X.509 certificate", "rsapss.pem", true},
	"rsapss.sha384.pem":     {key.RSA, "PKCS#8 private key", "", false},
	"rsapss.sha384.pub.pem": {key.RSA, "SPKI public key", "rsapss.sha384.pem", true},
}

func TestFiles(t *testing.T) {
	entries, err := os.ReadDir("../../testdata/keys")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		_, listed := files[name]
		_, isEncrypted := encrypted[name]
		_, isOpenSSH := openSSH[name]
		if !listed && !isEncrypted && !isOpenSSH && name != "README.md" {
			t.Errorf("%s has no row in this test", name)
		}
	}
	for name, want := range files {
		k := one(t, file(t, name))
		if k.Kind() != want.kind || k.Form != want.form || k.CanSign() == want.alone || (k.Private() == nil) != want.alone {
			t.Errorf("%s is a %v in %s", name, k, k.Form)
		}
		if k.Public() == nil || k.Secret() != nil || k.HasID {
			t.Errorf("%s is a %#v", name, k)
		}
		wantAlg := ""
		if strings.Contains(name, "sha384") {
			wantAlg = "PS384"
		}
		if k.PSS != strings.HasPrefix(name, "rsapss") || k.Alg != wantAlg {
			t.Errorf("%s is for %q, and for RSASSA-PSS only: %v", name, k.Alg, k.PSS)
		}
		if want.twin == "" {
			continue
		}
		twin := one(t, file(t, want.twin))
		if k.Thumbprint() == "" || k.Thumbprint() != twin.Thumbprint() {
			t.Errorf("%s and %s have different thumbprints", name, want.twin)
		}
		if !twin.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(k.Public()) {
			t.Errorf("%s and %s hold different keys", name, want.twin)
		}
	}
}

// TestF12PEMAround: what editors, mailers and other systems do to a file.
func TestF12PEMAround(t *testing.T) {
	for name, want := range files {
		data := file(t, name)
		crlf := bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
		for how, changed := range map[string][]byte{
			"CRLF":                  crlf,
			"no last newline":       bytes.TrimSpace(data),
			"more newlines":         []byte("\n\r\n" + string(data) + "\n\n"),
			"a byte order mark":     append([]byte("\ufeff"), data...),
			"text around":           []byte("subject=CN = test\nissuer=CN = test\n" + string(data) + "Localnotes: none\n"),
			"text around, and CRLF": []byte("Bag Attributes\r\n    friendlyName: x\r\n" + string(crlf) + "\r\n"),
		} {
			if k := one(t, changed); k.Kind() != want.kind || k.Form != want.form {
				t.Errorf("%s with %s is a %v in %s", name, how, k, k.Form)
			}
		}
	}
}

func TestDER(t *testing.T) {
	for name, want := range files {
		k := one(t, bare(t, file(t, name)))
		if k.Kind() != want.kind || k.Form != want.form || k.CanSign() == want.alone {
			t.Errorf("%s without its PEM is a %v in %s", name, k, k.Form)
		}
	}
	for name, data := range map[string][]byte{
		"cut":               bare(t, file(t, "rsa.pub.pem"))[:200],
		"with something on": append(bare(t, file(t, "rsa.pub.pem")), 0),
		"no key":            {0x30, 0x20, 1, 2, 3},
	} {
		set, err := key.Parse(data)
		wantUnusable(t, err, "DER")
		if len(set.Keys) > 0 {
			t.Errorf("%s: %v", name, set.Keys)
		}
	}
}

func TestF12PEMBlocks(t *testing.T) {
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	rsaPrivate, rsaCert, rsaPublic := file(t, "rsa.pem"), file(t, "rsa.cert.pem"), file(t, "rsa.pub.pem")
	ecPrivate, ecPublic := file(t, "ec256.pem"), file(t, "ec256.pub.pem")
	parameters := block("EC PARAMETERS", []byte{6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7}) // as openssl ecparam -genkey writes them
	issuer := certificate(t, ecKey(t, "ec384.pem"))
	broken := block("PUBLIC KEY", []byte("hello"))

	for _, row := range []struct {
		name     string
		data     []byte
		want     string // the keys, in order
		unusable int
	}{
		{"two keys", join(rsaPrivate, ecPublic), "RSA 2048 private key, P-256 public key", 0},
		{"two public keys", join(ecPublic, rsaPublic), "P-256 public key, RSA 2048 public key", 0},
		{"the same key twice", join(rsaPrivate, rsaPrivate), "RSA 2048 private key", 0},
		{"key and certificate", join(rsaPrivate, rsaCert), "RSA 2048 private key", 0},
		{"certificate and key", join(rsaCert, rsaPrivate), "RSA 2048 private key", 0},
		{"private and public half", join(ecPublic, ecPrivate), "P-256 private key", 0},
		{"key of another certificate", join(ecPrivate, rsaCert), "P-256 private key, RSA 2048 public key", 0},
		{"a chain is its leaf's", join(rsaCert, issuer), "RSA 2048 public key", 0},
		{"a chain the other way round is its first", join(issuer, rsaCert), "P-384 public key", 0},
		{"key and chain", join(rsaPrivate, rsaCert, issuer, issuer), "RSA 2048 private key", 0},
		{"parameters before the key", join(parameters, file(t, "ec256.sec1.pem")), "P-256 private key", 0},
		{"one of two is broken", join(broken, ecPublic), "P-256 public key", 1},
		{"one of two is encrypted", join(ecPublic, file(t, "ec256.encrypted.pem")), "P-256 public key", 1},
		{"one of two is no key", join(block("X509 CRL", []byte{0x30}), ecPublic), "P-256 public key", 1},
	} {
		set, err := key.Parse(row.data)
		var got []string
		for _, k := range set.Keys {
			got = append(got, k.String())
		}
		if err != nil || strings.Join(got, ", ") != row.want || len(set.Unusable) != row.unusable {
			t.Errorf("%s: %v, not %v: %v", row.name, set.Keys, set.Unusable, err)
		}
	}
}

// A certificate goes with its key, whichever of the two comes first, and so do
// those behind it.
func TestChain(t *testing.T) {
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	private, public, leaf := file(t, "rsa.pem"), file(t, "rsa.pub.pem"), file(t, "rsa.cert.pem")
	issuer, broken := certificate(t, ecKey(t, "ec384.pem")), block("CERTIFICATE", []byte("hello"))
	for _, row := range []struct {
		name  string
		data  []byte
		chain int
	}{
		{"a key alone", private, 0},
		{"a certificate", leaf, 1},
		{"a certificate in DER", bare(t, leaf), 1},
		{"a chain", join(leaf, issuer, issuer), 3},
		{"key and chain", join(private, leaf, issuer), 2},
		{"chain and key", join(leaf, issuer, private), 2},
		{"key between", join(leaf, private, issuer), 2},
		{"public key and chain", join(public, leaf, issuer), 2},
		{"chain, public and private key", join(leaf, issuer, public, private), 2},
		{"with a broken issuer", join(leaf, broken, issuer), 2},
	} {
		k := one(t, row.data)
		if len(k.Chain) != row.chain || row.chain > 0 && !k.Chain[0].PublicKey.(*rsa.PublicKey).Equal(k.Public()) {
			t.Errorf("%s: a chain of %d, want %d", row.name, len(k.Chain), row.chain)
		}
		if len(k.PublicOnly().Chain) != row.chain {
			t.Errorf("%s: lost by PublicOnly", row.name)
		}
	}
	set, err := key.Parse(join(file(t, "ec256.pem"), leaf, issuer))
	if err != nil || len(set.Keys) != 2 || set.Keys[0].Chain != nil || len(set.Keys[1].Chain) != 2 {
		t.Errorf("beside another key: %v, %v", set.Keys, err)
	}
}

// certificate is a self-signed one, in PEM.
func certificate(t testing.TB, k *ecdsa.PrivateKey) []byte {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	return block("CERTIFICATE", der)
}

func TestF12PEMRefused(t *testing.T) {
	legacy := pem.EncodeToMemory(&pem.Block{
		Type:    "RSA PRIVATE KEY",
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00112233445566778899AABBCCDDEEFF"},
		Bytes:   make([]byte, 64),
	})
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x25519, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		data []byte
		says string
		fix  key.Fix
	}{
		{"encrypted PKCS#8", file(t, "ec256.encrypted.pem"), "is encrypted", key.Decrypt},
		{"encrypted as OpenSSL did before", legacy, "is encrypted", key.Decrypt},
		{"encrypted PKCS#8, as DER", bare(t, file(t, "ec256.encrypted.pem")), "is encrypted", key.Decrypt},
		{"OpenSSH", block("OPENSSH PRIVATE KEY", []byte("openssh-key-v1\x00")), "OpenSSH private key is broken", ""},
		{"P-224", block("PUBLIC KEY", spki(t, &p224.PublicKey)), "P-224", ""},
		{"P-224, private", block("PRIVATE KEY", pkcs8(t, p224)), "P-224", ""},
		{"X25519", block("PUBLIC KEY", spki(t, x25519.PublicKey())), "X25519", ""},
		{"X25519, private", block("PRIVATE KEY", pkcs8(t, x25519)), "not supported", ""},
		{"DSA", block("PUBLIC KEY", dsaSPKI(t)), "DSA", ""},
		{"a curve of Brainpool", block("PUBLIC KEY", foreignSPKI(t, ecPublicKeyOID, brainpoolOID)), "curve that is not supported", ""},
		{"RSA-PSS", block("PUBLIC KEY", foreignSPKI(t, rsaPSSOID, nil)), "is broken", ""},
		{"Ed448", block("PUBLIC KEY", foreignSPKI(t, ed448OID, nil)), "type that is not supported", ""},
		{"off the curve", block("PUBLIC KEY", offCurve(t, "ec256.pub.pem")), "curve", ""},
		{"off secp256k1", block("PUBLIC KEY", offCurve(t, "ec256k.pub.pem")), "not on the curve secp256k1", ""},
		{"RSA 512", block("PUBLIC KEY", spki(t, &rsa.PublicKey{N: odd(512), E: 65537})), "has 512 bits", ""},
		{"RSA e = 1", block("PUBLIC KEY", spki(t, &rsa.PublicKey{N: odd(2048), E: 1})), "exponent 1;", ""},
		{"RSA e = 2", block("PUBLIC KEY", spki(t, &rsa.PublicKey{N: odd(2048), E: 2})), "exponent 2;", ""},
		{"RSA e beyond what can be used", block("PUBLIC KEY", spki(t, &rsa.PublicKey{N: odd(2048), E: 1<<31 + 1})), "exponent 2147483649;", ""},
		{"RSA n even", block("PUBLIC KEY", spki(t, &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 2047), E: 65537})), "even modulus", ""},
		{"a label and another content", block("RSA PUBLIC KEY", bare(t, file(t, "rsa.pub.pem"))), "is broken", ""},
		{"a private key called public", block("PUBLIC KEY", bare(t, file(t, "rsa.pem"))), "is broken", ""},
		{"no key in it", block("X509 CRL", []byte{0x30, 0}), "is no key", ""},
		{"parameters only", block("EC PARAMETERS", []byte{6, 0}), "holds no key", ""},
		{"cut", file(t, "rsa.pem")[:500], "no whole block", ""},
		{"BEGIN and nothing else", []byte("-----BEGIN PUBLIC KEY-----\n"), "no whole block", ""},
		{"not base64", []byte("-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n"), "no whole block", ""},

		{"OpenSSH, public", []byte("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGbpGp6t3Tx5 alice@example.com\n"), "OpenSSH public key is broken", ""},
		{"OpenSSH, RSA", []byte("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ"), "OpenSSH public key is broken", ""},
		{"OpenSSH, ECDSA", []byte("\necdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAA x\r\n"), "OpenSSH public key is broken", ""},
		{"OpenSSH, of a stick", []byte("sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAA x"), "OpenSSH public key is broken", ""},
	} {
		set, err := key.Parse(row.data)
		if e := wantUnusable(t, err, row.says); e.Fix != row.fix || len(set.Keys) > 0 {
			t.Errorf("%s: %v, the fix is %q; want %q", row.name, set.Keys, e.Fix, row.fix)
		}
	}
}

// TestF7ManyKeys: a file of one key after the other is a set, and no longer than one.
func TestF7ManyKeys(t *testing.T) {
	write := map[string]func(ed25519.PublicKey) []byte{
		"PEM": func(k ed25519.PublicKey) []byte { return block("PUBLIC KEY", spki(t, k)) },
		"OpenSSH": func(k ed25519.PublicKey) []byte {
			public, err := ssh.NewPublicKey(k)
			if err != nil {
				t.Fatal(err)
			}
			return ssh.MarshalAuthorizedKey(public)
		},
	}
	for what, write := range write {
		var data []byte
		for n := range key.MaxSetKeys {
			public, _, err := ed25519.GenerateKey(nil)
			if err != nil {
				t.Fatal(err)
			}
			if data = append(data, write(public)...); n == 0 {
				data = append(data, data...) // the same key twice is one
			}
		}
		if set, err := key.Parse(data); err != nil || len(set.Keys) != key.MaxSetKeys {
			t.Errorf("%s: %d keys, %v", what, len(set.Keys), err)
		}
		data = append(data, write(edKey(t).Public().(ed25519.PublicKey))...)
		_, err := key.Parse(data)
		wantUnusable(t, err, what+" has 1001 keys; more than 1000 are refused")
	}
}

var (
	ecPublicKeyOID = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	secp256k1OID   = asn1.ObjectIdentifier{1, 3, 132, 0, 10}
	brainpoolOID   = asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 7} // brainpoolP256r1
	rsaPSSOID      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	ed448OID       = asn1.ObjectIdentifier{1, 3, 101, 113}
	rsaOID         = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	dsaOID         = asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}
)

// foreignSPKI is a public key of a type that crypto/x509 cannot make.
func foreignSPKI(t testing.TB, algorithm asn1.ObjectIdentifier, parameters any) []byte {
	t.Helper()
	return asn1Bytes(t, struct {
		Algorithm any
		Key       asn1.BitString
	}{algorithmOf(algorithm, parameters), asn1.BitString{Bytes: make([]byte, 65), BitLength: 65 * 8}})
}

func algorithmOf(algorithm asn1.ObjectIdentifier, parameters any) any {
	if parameters == nil {
		return struct{ Algorithm asn1.ObjectIdentifier }{algorithm}
	}
	return struct {
		Algorithm  asn1.ObjectIdentifier
		Parameters any
	}{algorithm, parameters}
}

func asn1Bytes(t testing.TB, value any) []byte {
	t.Helper()
	der, err := asn1.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func dsaSPKI(t testing.TB) []byte {
	number := asn1Bytes(t, big.NewInt(4))
	return asn1Bytes(t, struct {
		Algorithm any
		Key       asn1.BitString
	}{algorithmOf(dsaOID, struct{ P, Q, G *big.Int }{big.NewInt(23), big.NewInt(11), big.NewInt(4)}), asn1.BitString{Bytes: number, BitLength: 8 * len(number)}})
}

// offCurve is a test key with another last byte.
func offCurve(t testing.TB, name string) []byte {
	der := bare(t, file(t, name))
	der[len(der)-1] ^= 1
	return der
}

// TestF6HugeRSA: crypto/x509 computes with a private key while it reads it, and
// would be at the longer of these for hours.
func TestF6HugeRSA(t *testing.T) {
	r := rsaKey(t)
	numbers := func(n, d, p, q *big.Int) []*big.Int { return []*big.Int{n, d, p, q} }
	for _, bits := range []int{16385, 2_000_000} {
		huge := odd(bits)
		for says, numbers := range map[string][][]*big.Int{
			"more than 16384 are refused": {numbers(huge, r.D, r.Primes[0], r.Primes[1]), numbers(huge, huge, huge, huge)},
			"does not belong": {
				numbers(r.N, huge, r.Primes[0], r.Primes[1]), numbers(r.N, r.D, huge, r.Primes[1]), numbers(r.N, r.D, r.Primes[0], huge),
				numbers(r.N, r.D, huge, huge),
			},
		} {
			for _, n := range numbers {
				der := pkcs1(t, n[0], n[1], n[2], n[3])
				envelope := asn1Bytes(t, struct { // RFC 5958 §2
					Version   int
					Algorithm any
					Key       []byte
				}{0, algorithmOf(rsaOID, asn1.NullRawValue), der})
				for _, data := range [][]byte{der, envelope, block("RSA PRIVATE KEY", der), block("PRIVATE KEY", envelope)} {
					set, err := key.Parse(data)
					wantUnusable(t, err, says)
					if len(set.Keys) > 0 {
						t.Errorf("with numbers of %d bits it is %v", bits, set.Keys)
					}
				}
			}
		}
		public := &rsa.PublicKey{N: huge, E: 65537}
		for label, der := range map[string][]byte{"PUBLIC KEY": spki(t, public), "RSA PUBLIC KEY": x509.MarshalPKCS1PublicKey(public)} {
			for _, data := range [][]byte{der, block(label, der)} {
				_, err := key.Parse(data)
				wantUnusable(t, err, "more than 16384 are refused")
			}
		}
	}
	if k := one(t, spki(t, &rsa.PublicKey{N: odd(16384), E: 3})); k.Bits() != 16384 {
		t.Errorf("the longest key that is taken is a %v", k)
	}
}

// pkcs1 is a private RSA key (RFC 8017 §A.1.2) of any numbers.
func pkcs1(t testing.TB, n, d, p, q *big.Int) []byte {
	return asn1Bytes(t, struct {
		Version             int
		N                   *big.Int
		E                   int
		D, P, Q, DP, DQ, QI *big.Int
	}{0, n, 65537, d, p, q, d, d, d})
}

// TestPrivatePartOfAnother: a private key whose public half is not its own.
func TestPrivatePartOfAnother(t *testing.T) {
	k := *ecKey(t, "ec256.pem")
	other, err := ecdsa.ParseRawPrivateKey(k.Curve, big.NewInt(7).FillBytes(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	der := bare(t, file(t, "ec256.sec1.pem"))
	mine, _ := k.Bytes()
	theirs, _ := other.Bytes()
	swapped := bytes.Replace(der, mine, theirs, 1) // the public point in the file stays
	if bytes.Equal(der, swapped) {
		t.Fatal("nothing was swapped")
	}
	// Go believes the private number and leaves the point aside: whatever comes of
	// it must belong together.
	if set, err := key.Parse(swapped); err == nil {
		private := set.Keys[0].Private().(*ecdsa.PrivateKey)
		if !private.PublicKey.Equal(&other.PublicKey) || !private.PublicKey.Equal(set.Keys[0].Public()) {
			t.Error("the halves do not belong together")
		}
	}

	r := rsaKey(t)
	for _, numbers := range [][]*big.Int{
		{r.N, new(big.Int).Add(r.D, big.NewInt(2)), r.Primes[0], r.Primes[1]},
		{r.N, r.D, r.Primes[0], r.Primes[0]},
		{r.N, r.D, r.N, big.NewInt(1)},
		{r.N, r.D, big.NewInt(0), big.NewInt(0)},
	} {
		set, err := key.Parse(block("RSA PRIVATE KEY", pkcs1(t, numbers[0], numbers[1], numbers[2], numbers[3])))
		wantUnusable(t, err, "PKCS#1 private key")
		if len(set.Keys) > 0 {
			t.Error("numbers of no key are a key")
		}
	}
}

func FuzzParse(f *testing.F) {
	for name := range files {
		f.Add(file(f, name))
		f.Add(bare(f, file(f, name)))
	}
	for name := range encrypted {
		f.Add(file(f, name))
	}
	for name := range openSSH {
		f.Add(file(f, name))
	}
	r, e := rsaKey(f), ecKey(f, "ec256.pem")
	for _, jwk := range []members{rsaJWK(r), rsaPrivateJWK(r), ecJWK(f, &e.PublicKey), ecPrivateJWK(f, e), secp256k1JWK(), mldsaJWK(f), {"kty": "oct", "k": "AA"}} {
		f.Add(marshal(jwk))
		f.Add(marshal(members{"keys": []members{jwk, {"kty": "XYZ"}}}))
	}
	for _, seed := range []string{
		"", "{}", `{"keys":[]}`, `{"keys":[null]}`, `{"kty":"OKP","crv":"Ed25519","x":"","d":""}`, "-----BEGIN ", "ssh-rsa AAAA", "0 ",
		`{"kty":"RSA","n":"AQ","e":"Aw","d":"AQ","p":"AQ","q":"AQ"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		set, err := key.Parse(data)
		if err != nil && len(set.Keys) > 0 {
			t.Fatalf("keys and an error: %v", err)
		}
		for _, k := range set.Keys {
			if k.Kind() == "" || (k.Kind() == key.Secret) != (len(k.Secret()) > 0) || (k.Kind() == key.Secret) == (k.Public() != nil) {
				t.Fatalf("%v is neither a secret nor a public key", k)
			}
			if (k.Thumbprint() == "") != (k.Kind() == key.Secret) || k.Form == "" || k.Bits() <= 0 {
				t.Fatalf("a %v in %q has the thumbprint %q", k, k.Form, k.Thumbprint())
			}
			if k.Private() != nil && !k.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(k.Private().Public()) {
				t.Fatalf("the halves of a %v do not belong together", k)
			}
			_ = k.Weaknesses()
		}
		// What can be read as a key can never be a secret (A3).
		secret, err := key.NewSecret(data)
		if err == nil && len(set.Keys)+len(set.Unusable) > 0 {
			t.Fatalf("%v, %v could be a secret", set.Keys, set.Unusable)
		}
		if (err == nil) != (len(data) > 0 && key.Recognise(data) == "") || err == nil && !bytes.Equal(secret.Secret(), data) {
			t.Fatalf("as a secret: %v, %v", secret, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	jwk := marshal(rsaJWK(rsaKey(b)).with("kid", "k1"))
	for name, data := range map[string][]byte{
		"RSA-private-PEM": file(b, "rsa.pem"),
		"RSA-public-PEM":  file(b, "rsa.pub.pem"),
		"EC-public-PEM":   file(b, "ec256.pub.pem"),
		"RSA-JWK":         jwk,
		"JWKS-100":        []byte(`{"keys":[` + strings.TrimSuffix(strings.Repeat(string(jwk)+",", 100), ",") + `]}`),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := key.Parse(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

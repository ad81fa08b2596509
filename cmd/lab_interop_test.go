//go:build lab && linux

package cmd

import (
	"bytes"
	"context"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
)

// An interopProgram is one that nobody here wrote, with a test that it and we
// understand one another.
type interopProgram struct {
	name string
	venv string // if it is Python packages, the name of their requirements
	test func(x interop)
}

var interops = []interopProgram{
	{name: "openssl", test: interop.openssl},
	{name: "ssh-keygen", test: interop.sshKeygen},
	{name: "pyjwt", venv: "pyjwt", test: interop.pyjwt},
	{name: "jose", test: interop.jose},
}

// interopName is a program's name in required.txt.
func interopName(name string) string { return "interop-" + name }

// interopPassword is of every encrypted key.
const interopPassword = "påssword of the lab"

// TestLabInterop lets other programs make keys and tokens for us, and read ours.
// Who is right when the two disagree is for the RFCs to say, not for this test.
func TestLabInterop(t *testing.T) {
	required := labRequired(t)
	for _, program := range interops {
		t.Run(program.name, func(t *testing.T) {
			t.Parallel()
			x := interop{T: t, dir: t.TempDir()}
			missing := ""
			if program.venv == "" {
				if labFind(program.name) == "" {
					missing = program.name
				}
			} else {
				venv := labFindVenv(t, labHome(t), program.venv)
				missing, x.python = venv.missing, filepath.Join(venv.dir, "bin", "python")
			}
			labSkip(t, required, interopName(program.name), missing)
			program.test(x)
		})
	}
}

// interop is one program's test, or a part of it.
type interop struct {
	*testing.T
	dir    string // where the programs work
	python string
}

func (x interop) run(name string, test func(x interop)) {
	x.T.Run(name, func(t *testing.T) { test(interop{T: t, dir: t.TempDir(), python: x.python}) })
}

// try runs another program, and reports whether it ended well.
func (x interop) try(input []byte, program string, args ...string) ([]byte, error) {
	x.Helper()
	const patience = time.Minute
	ctx, cancel := context.WithTimeout(x.Context(), patience)
	defer cancel()
	var out, errs bytes.Buffer
	command := exec.CommandContext(ctx, program, args...) //nolint:gosec // the test's own
	command.Dir, command.Stdin, command.Stdout, command.Stderr = x.dir, bytes.NewReader(input), &out, &errs
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "HOME=" + x.dir, "PYTHONDONTWRITEBYTECODE=1"}
	if err := command.Run(); err != nil {
		return out.Bytes(), fmt.Errorf("%s %s: %w: %s", program, strings.Join(args, " "), err, errs.Bytes())
	}
	return out.Bytes(), nil
}

func (x interop) tool(program string, args ...string) []byte {
	x.Helper()
	out, err := x.try(nil, program, args...)
	if err != nil {
		x.Fatal(err)
	}
	return out
}

func (x interop) write(name string, data []byte) (file string) {
	x.Helper()
	file = filepath.Join(x.dir, name)
	if err := os.WriteFile(file, data, 0o600); err != nil {
		x.Fatal(err)
	}
	return file
}

func (x interop) read(name string) []byte {
	x.Helper()
	data, err := os.ReadFile(filepath.Join(x.dir, name))
	if err != nil {
		x.Fatal(err)
	}
	return data
}

// jwt runs us.
func (x interop) jwt(want int, args ...string) string {
	x.Helper()
	var o, e bytes.Buffer
	env := testEnv(&o, &e, nil)
	env.Now = time.Now
	if code := Run(context.Background(), env, args); code != want {
		x.Fatalf("jwt %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, want, o.String(), e.String())
	}
	return strings.TrimSuffix(o.String(), "\n")
}

// signs is a token of ours. An empty algorithm is the key's own.
func (x interop) signs(algorithm string, keys ...string) string {
	x.Helper()
	args := append([]string{"sign", "-s", "intérop", "-e", "1h", "-P", "n:=1"}, keys...)
	if algorithm != "" {
		args = append(args, "-A", algorithm)
	}
	return x.jwt(0, args...)
}

// verifies wants a token to be valid, and the same with other claims not to be.
func (x interop) verifies(algorithm, token string, keys ...string) {
	x.Helper()
	args := append([]string{"verify", "-s", "intérop"}, keys...)
	if algorithm != "" {
		args = append(args, "-A", algorithm)
	}
	x.jwt(0, append(args, token)...)
	x.jwt(10, append(args, interopForge(token))...)
}

// interopForge is a token with other claims under the same signature.
func interopForge(token string) string {
	parts := strings.Split(token, ".")
	parts[1] = interopEncode([]byte(`{"sub":"intérop","exp":4102444800}`))
	return strings.Join(parts, ".")
}

func interopEncode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// parts are what a token's signature is over, its claims, and its signature.
func (x interop) parts(token string) (input string, payload, signature []byte) {
	x.Helper()
	dot := strings.LastIndexByte(token, '.')
	input = token[:dot]
	_, claims, _ := strings.Cut(input, ".")
	for text, data := range map[string]*[]byte{claims: &payload, token[dot+1:]: &signature} {
		var err error
		if *data, err = base64.RawURLEncoding.DecodeString(text); err != nil {
			x.Fatal(err)
		}
	}
	return input, payload, signature
}

// publicJWK is what we make of a key that somebody else made.
func (x interop) publicJWK(data []byte) []byte {
	x.Helper()
	set, err := key.Parse(data)
	if err != nil || len(set.Keys) != 1 {
		x.Fatalf("%d keys: %v", len(set.Keys), err)
	}
	jwk, err := set.Keys[0].PublicJWK()
	if err != nil {
		x.Fatal(err)
	}
	return jwk
}

// interopClaims are claims as others are to sign them.
func interopClaims() map[string]any {
	return map[string]any{"sub": "intérop", "exp": float64(time.Now().Add(time.Hour).Unix()), "n": 1.0}
}

func (x interop) json(value any) []byte {
	x.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		x.Fatal(err)
	}
	return text
}

// opensslKeys are how OpenSSL makes a key of a kind. It has ML-DSA from 3.5 on,
// which is newer than what .ci/lab installs.
var opensslKeys = map[key.Kind][]string{
	key.RSA:       {"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"},
	key.P256:      {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"},
	key.P384:      {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"},
	key.P521:      {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"},
	key.Secp256k1: {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"},
	key.Ed25519:   {"-algorithm", "Ed25519"},
}

func (x interop) openssl() {
	for _, a := range alg.All() {
		genpkey, known := opensslKeys[a.Kind]
		if !known && a.Kind != key.Secret {
			continue
		}
		x.run(a.Name, func(x interop) {
			if a.Kind == key.Secret {
				x.opensslHMAC(a)
				return
			}
			x.tool("openssl", append([]string{"genpkey", "-out", "private.pem"}, genpkey...)...)
			x.tool("openssl", "pkey", "-in", "private.pem", "-pubout", "-out", "public.pem")
			private, public := filepath.Join(x.dir, "private.pem"), filepath.Join(x.dir, "public.pem")

			header := interopEncode(x.json(map[string]string{"alg": a.Name}))
			input := header + "." + interopEncode(x.json(interopClaims()))
			x.verifies(a.Name, input+"."+interopEncode(x.opensslSign(a, input)), "--key", public)

			token := x.signs(a.Name, "--key", private)
			input, _, signature := x.parts(token)
			if err := x.opensslVerify(a, input, signature); err != nil {
				x.Error(err)
			}
			if input, _, signature = x.parts(interopForge(token)); x.opensslVerify(a, input, signature) == nil {
				x.Error("openssl takes a forged token")
			}
		})
	}
	for kind, genpkey := range opensslKeys {
		x.run("keys/"+string(kind), func(x interop) { x.opensslForms(kind, genpkey) })
	}
	for _, hash := range []string{"", "256", "384", "512"} {
		x.run("keys/RSA-PSS"+hash, func(x interop) { x.opensslPSS(hash) })
	}
}

func (x interop) opensslHMAC(a alg.Algorithm) {
	secret := hex.EncodeToString([]byte("a secret of OpenSSL that is long enough for each of the three HMACs"))
	mac := func(input string) string {
		x.write("input", []byte(input))
		return interopEncode(x.tool("openssl", "dgst", "-sha"+a.Name[2:], "-mac", "HMAC", "-macopt", "hexkey:"+secret, "-binary", "input"))
	}
	input := interopEncode(x.json(map[string]string{"alg": a.Name})) + "." + interopEncode(x.json(interopClaims()))
	x.verifies(a.Name, input+"."+mac(input), "-S", "hex:"+secret)
	token := x.signs(a.Name, "-S", "hex:"+secret)
	input, _, signature := x.parts(token)
	if mac(input) != interopEncode(signature) {
		x.Error("openssl makes another MAC")
	}
}

// opensslOf are the arguments for a signature of an algorithm.
func opensslOf(a alg.Algorithm) []string {
	digest := "-sha" + strings.TrimSuffix(a.Name[2:], "K")
	if strings.HasPrefix(a.Name, "PS") {
		return []string{digest, "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"}
	}
	return []string{digest}
}

func (x interop) opensslSign(a alg.Algorithm, input string) []byte {
	x.write("input", []byte(input))
	if a.Kind == key.Ed25519 {
		x.tool("openssl", "pkeyutl", "-sign", "-rawin", "-inkey", "private.pem", "-in", "input", "-out", "signature")
		return x.read("signature")
	}
	x.tool("openssl", append(append([]string{"dgst"}, opensslOf(a)...), "-sign", "private.pem", "-out", "signature", "input")...)
	if !strings.HasPrefix(a.Name, "ES") {
		return x.read("signature")
	}
	var point struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(x.read("signature"), &point); err != nil || len(rest) > 0 {
		x.Fatalf("%v, %d bytes more", err, len(rest))
	}
	size := interopField(a)
	return append(point.R.FillBytes(make([]byte, size)), point.S.FillBytes(make([]byte, size))...)
}

func (x interop) opensslVerify(a alg.Algorithm, input string, signature []byte) error {
	if strings.HasPrefix(a.Name, "ES") {
		size := interopField(a)
		if len(signature) != 2*size {
			return fmt.Errorf("%d bytes, want %d (RFC 7518 §3.4)", len(signature), 2*size)
		}
		der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])})
		if err != nil {
			return err
		}
		signature = der
	}
	x.write("input", []byte(input))
	x.write("signature", signature)
	args := append(append([]string{"dgst"}, opensslOf(a)...), "-verify", "public.pem", "-signature", "signature", "input")
	if a.Kind == key.Ed25519 {
		args = []string{"pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "public.pem", "-in", "input", "-sigfile", "signature"}
	}
	_, err := x.try(nil, "openssl", args...)
	return err
}

// interopField is the size of a number of an ECDSA signature: RFC 7518 §3.4.
func interopField(a alg.Algorithm) int {
	return map[key.Kind]int{key.P256: 32, key.Secp256k1: 32, key.P384: 48, key.P521: 66}[a.Kind]
}

// opensslForms lets one key come in every form that OpenSSL writes.
func (x interop) opensslForms(kind key.Kind, genpkey []string) {
	x.tool("openssl", append([]string{"genpkey", "-out", "private.pem"}, genpkey...)...)
	const password = "pass:" + interopPassword
	legacy := "ec" // the command for the format that only this kind has
	if kind == key.RSA {
		legacy = "rsa"
	}
	private := map[string][]string{
		"pkcs8.der":        {"pkcs8", "-topk8", "-nocrypt", "-outform", "DER"},
		"pkcs8.scrypt.pem": {"pkcs8", "-topk8", "-scrypt", "-passout", password},
		"genpkey.pem":      {"pkey", "-aes256", "-passout", password},
	}
	for _, cipher := range []string{"aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "des3"} {
		private["pkcs8."+cipher+".pem"] = []string{"pkcs8", "-topk8", "-v2", cipher, "-passout", password}
		private["pkcs8."+cipher+".der"] = []string{"pkcs8", "-topk8", "-v2", cipher, "-passout", password, "-outform", "DER"}
	}
	for _, prf := range []string{"hmacWithSHA1", "hmacWithSHA384", "hmacWithSHA512"} {
		private["pkcs8."+prf+".pem"] = []string{"pkcs8", "-topk8", "-v2", "aes-256-cbc", "-v2prf", prf, "-passout", password}
	}
	public := map[string][]string{
		"spki.pem":        {"pkey", "-pubout"},
		"spki.der":        {"pkey", "-pubout", "-outform", "DER"},
		"certificate.pem": {"req", "-x509", "-new", "-subj", "/CN=lab", "-key", "private.pem"},
		"certificate.der": {"req", "-x509", "-new", "-subj", "/CN=lab", "-key", "private.pem", "-outform", "DER"},
	}
	if kind != key.Ed25519 {
		traditional := []string{legacy}
		if kind == key.RSA {
			traditional = append(traditional, "-traditional")
		}
		private["traditional.pem"] = traditional
		private["traditional.der"] = append(slices.Clone(traditional), "-outform", "DER")
		for _, cipher := range []string{"aes128", "aes192", "aes256", "des3"} {
			private["traditional."+cipher+".pem"] = append(slices.Clone(traditional), "-"+cipher, "-passout", password)
		}
	}
	if kind == key.RSA {
		public["pkcs1.pem"] = []string{"rsa", "-RSAPublicKey_out"}
		public["pkcs1.der"] = []string{"rsa", "-RSAPublicKey_out", "-outform", "DER"}
	}
	if kind == key.Secp256k1 { // crypto/x509 does not know the curve: refused, by what it is
		delete(public, "certificate.pem")
		delete(public, "certificate.der")
		x.tool("openssl", "req", "-x509", "-new", "-subj", "/CN=lab", "-key", "private.pem", "-out", "certificate.pem")
		x.jwt(3, "verify", "--key", filepath.Join(x.dir, "certificate.pem"), "e30.e30.")
	}
	token := x.signs("", "--key", filepath.Join(x.dir, "private.pem"))
	for name, args := range public {
		if args[0] != "req" {
			args = append(args, "-in", "private.pem")
		}
		x.tool("openssl", append(args, "-out", name)...)
		x.T.Run(name, func(t *testing.T) {
			x := interop{T: t, dir: x.dir}
			x.verifies("", token, "--key", filepath.Join(x.dir, name))
		})
	}
	for name, args := range private {
		x.tool("openssl", append(args, "-in", "private.pem", "-out", name)...)
		x.T.Run(name, func(t *testing.T) {
			x := interop{T: t, dir: x.dir}
			file := filepath.Join(x.dir, name)
			keys := []string{"--key", file}
			if slices.Contains(args, password) {
				x.jwt(3, "sign", "-s", "a", "--key", file, "--key-password", "another password")
				keys = append(keys, "--key-password", "str:"+interopPassword)
			}
			x.verifies("", x.signs("", keys...), "--key", filepath.Join(x.dir, "spki.pem"))
		})
	}
}

// opensslPSS lets keys be for RSASSA-PSS only, with one hash or with any.
func (x interop) opensslPSS(hash string) {
	args := []string{"genpkey", "-out", "private.pem", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"}
	if hash != "" {
		bits, err := strconv.Atoi(hash)
		if err != nil {
			x.Fatal(err)
		}
		args = append(args, "-pkeyopt", "rsa_pss_keygen_md:sha"+hash, "-pkeyopt", "rsa_pss_keygen_mgf1_md:sha"+hash,
			"-pkeyopt", "rsa_pss_keygen_saltlen:"+strconv.Itoa(bits/8))
	}
	x.tool("openssl", args...)
	x.tool("openssl", "pkey", "-in", "private.pem", "-pubout", "-out", "public.pem")
	private, public := filepath.Join(x.dir, "private.pem"), filepath.Join(x.dir, "public.pem")
	for _, a := range alg.All() {
		switch {
		case a.Kind != key.RSA:
		case strings.HasPrefix(a.Name, "PS") && strings.HasSuffix(a.Name, hash):
			token := x.signs(a.Name, "--key", private)
			x.verifies(a.Name, token, "--key", public)
			input, _, signature := x.parts(token)
			if err := x.opensslVerify(a, input, signature); err != nil {
				x.Error(err)
			}
			x.verifies(a.Name, input+"."+interopEncode(x.opensslSign(a, input)), "--key", public)
		default:
			x.jwt(2, "sign", "-s", "a", "--key", private, "-A", a.Name)
		}
	}
}

func (x interop) sshKeygen() {
	for algorithm, args := range map[string][]string{
		"RS256": {"-t", "rsa", "-b", "2048"},
		"ES256": {"-t", "ecdsa", "-b", "256"},
		"ES384": {"-t", "ecdsa", "-b", "384"},
		"ES512": {"-t", "ecdsa", "-b", "521"},
		"EdDSA": {"-t", "ed25519"},
	} {
		x.run(algorithm, func(x interop) {
			x.tool("ssh-keygen", append(args, "-q", "-N", "", "-C", "who@where of the lab", "-f", "id")...)
			id := filepath.Join(x.dir, "id")
			token := x.signs(algorithm, "--key", id)
			x.verifies("", token, "--key", id+".pub")
			if algorithm != "EdDSA" { // which ssh-keygen does not write so
				for _, format := range []string{"PKCS8", "PEM"} {
					x.verifies(algorithm, token, "--key", x.write("public."+format, x.tool("ssh-keygen", "-e", "-m", format, "-f", "id.pub")))
				}
			}
			for _, cipher := range []string{"aes256-ctr", "aes256-cbc"} {
				x.write(cipher, x.read("id"))
				x.tool("ssh-keygen", "-q", "-p", "-P", "", "-N", interopPassword, "-Z", cipher, "-f", cipher)
				encrypted := filepath.Join(x.dir, cipher)
				x.jwt(3, "sign", "-s", "a", "--key", encrypted, "--key-password", "another password")
				x.verifies(algorithm, x.signs("", "--key", encrypted, "--key-password", "str:"+interopPassword), "--key", id+".pub")
			}
			for _, format := range []string{"PKCS8", "PEM"} {
				for _, password := range []string{"", interopPassword} {
					x.write("other", x.read("id"))
					x.tool("ssh-keygen", "-q", "-p", "-P", "", "-N", password, "-m", format, "-f", "other")
					keys := []string{"--key", filepath.Join(x.dir, "other")}
					if password != "" {
						keys = append(keys, "--key-password", "str:"+password)
					}
					x.verifies(algorithm, x.signs("", keys...), "--key", id+".pub")
				}
			}
		})
	}
}

// A pyjwtKey is what pyjwt.py makes for an algorithm.
type pyjwtKey struct {
	Alg        string `json:"alg"`
	Secret     string `json:"secret"`
	PrivatePEM string `json:"private_pem"`
	PublicPEM  string `json:"public_pem"`
	PrivateJWK string `json:"private_jwk"`
	PublicJWK  string `json:"public_jwk"`
	Token      string `json:"token"`
}

// A pyjwtToken is what pyjwt.py is to decode, with one of the keys.
type pyjwtToken struct {
	Alg    string `json:"alg"`
	Token  string `json:"token"`
	Secret string `json:"secret,omitempty"`
	JWK    string `json:"jwk,omitempty"`
	PEM    string `json:"pem,omitempty"`
}

func (x interop) python3(mode string, in, out any) {
	x.Helper()
	script, err := filepath.Abs(filepath.Join(labDir, "interop", "pyjwt.py"))
	if err != nil {
		x.Fatal(err)
	}
	answer, err := x.try(x.json(in), x.python, script, mode)
	if err != nil {
		x.Fatal(err)
	}
	if err := json.Unmarshal(answer, out); err != nil {
		x.Fatalf("%v: %s", err, answer)
	}
}

func (x interop) pyjwt() {
	var keys []pyjwtKey
	x.python3("make", interopClaims(), &keys)
	var ours []pyjwtToken
	for _, k := range keys {
		if k.Alg == "ES521" { // not a name of RFC 7518 §3.1, and not one of ours
			x.jwt(10, "verify", "--key", x.write("es521.pem", []byte(k.PublicPEM)), k.Token)
			continue
		}
		x.run(k.Alg, func(x interop) {
			private := x.write("private.jwk", []byte(k.PrivateJWK))
			if k.Secret != "" {
				x.verifies(k.Alg, k.Token, "-S", "str:"+k.Secret)
				x.verifies(k.Alg, k.Token, "--key", private)
				token := x.signs(k.Alg, "--key", private)
				ours = append(ours, pyjwtToken{Alg: k.Alg, Token: token, Secret: k.Secret}, pyjwtToken{Alg: k.Alg, Token: token, JWK: k.PrivateJWK},
					pyjwtToken{Alg: k.Alg, Token: x.signs(k.Alg, "-S", "str:"+k.Secret), Secret: k.Secret})
				return
			}
			x.verifies(k.Alg, k.Token, "--key", x.write("public.jwk", []byte(k.PublicJWK)))
			public := x.write("public.pem", []byte(k.PublicPEM))
			x.verifies(k.Alg, k.Token, "--key", public)
			for _, private := range []string{private, x.write("private.pem", []byte(k.PrivatePEM))} {
				token := x.signs(k.Alg, "--key", private)
				x.verifies(k.Alg, token, "--key", public)
				ours = append(ours, pyjwtToken{Alg: k.Alg, Token: token, PEM: k.PublicPEM}, pyjwtToken{Alg: k.Alg, Token: token, JWK: k.PublicJWK},
					pyjwtToken{Alg: k.Alg, Token: token, JWK: string(x.publicJWK([]byte(k.PublicPEM)))})
			}
		})
	}
	for _, name := range alg.Names() {
		lacks := name == "Ed25519" || strings.HasPrefix(name, "ML-DSA-")
		if has := slices.ContainsFunc(keys, func(k pyjwtKey) bool { return k.Alg == name }); has == lacks {
			x.Errorf("PyJWT has %s: %t", name, has)
		}
	}
	for _, token := range slices.Clone(ours) {
		token.Token = interopForge(token.Token)
		ours = append(ours, token)
	}
	var answers []struct {
		Claims map[string]any
		Error  string
	}
	x.python3("decode", ours, &answers)
	if len(answers) != len(ours) {
		x.Fatalf("%d answers for %d tokens", len(answers), len(ours))
	}
	for i, answer := range answers {
		if i >= len(ours)/2 {
			if answer.Error != "InvalidSignatureError" {
				x.Errorf("%s: a forged token gives %+v", ours[i].Alg, answer)
			}
			continue
		}
		_, payload, _ := x.parts(ours[i].Token)
		var want map[string]any
		if err := json.Unmarshal(payload, &want); err != nil {
			x.Fatal(err)
		}
		if diff := cmp.Diff(want, answer.Claims); diff != "" {
			x.Errorf("%s: %s (-ours +PyJWT's)\n%s", ours[i].Alg, answer.Error, diff)
		}
	}
}

// jose tests the algorithms that jose lists.
func (x interop) jose() {
	theirs := strings.Fields(string(x.tool("jose", "alg", "-k", "sign")))
	for _, a := range alg.All() {
		if !slices.Contains(theirs, a.Name) {
			continue
		}
		x.run(a.Name, func(x interop) {
			x.tool("jose", "jwk", "gen", "-i", string(x.json(map[string]string{"alg": a.Name})), "-o", "private.jwk")
			private, public := filepath.Join(x.dir, "private.jwk"), filepath.Join(x.dir, "private.jwk")
			if a.Kind != key.Secret {
				x.tool("jose", "jwk", "pub", "-i", "private.jwk", "-o", "public.jwk")
				public = filepath.Join(x.dir, "public.jwk")
			}
			claims := x.json(interopClaims())
			x.write("claims", claims)
			header := x.json(map[string]any{"protected": map[string]string{"alg": a.Name, "typ": "JWT"}})
			theirs := string(x.tool("jose", "jws", "sig", "-I", "claims", "-s", string(header), "-k", "private.jwk", "-c"))
			x.verifies(a.Name, theirs, "--key", public)
			if got := x.jwt(0, "decode", "--part", "payload", theirs); got != string(claims) {
				x.Errorf("decode gives %s for %s", got, claims)
			}

			token := x.signs("", "--key", private)
			_, payload, _ := x.parts(token)
			readers := []string{public}
			if a.Kind != key.Secret {
				readers = append(readers, x.write("ours.jwk", x.publicJWK(x.read("private.jwk"))))
			}
			x.write("token", []byte(token)) // without a line end, which jose takes for a part of the signature
			x.write("forged", []byte(interopForge(token)))
			for _, reader := range readers {
				if got := x.tool("jose", "jws", "ver", "-i", "token", "-k", reader, "-O", "-"); !bytes.Equal(got, payload) {
					x.Errorf("jose reads %s, we signed %s", got, payload)
				}
				if _, err := x.try(nil, "jose", "jws", "ver", "-i", "forged", "-k", reader); err == nil {
					x.Error("jose takes a forged token")
				}
				var header struct{ Kid string }
				if err := json.Unmarshal([]byte(x.jwt(0, "decode", "--part", "header", token)), &header); err != nil {
					x.Fatal(err)
				}
				if want := string(x.tool("jose", "jwk", "thp", "-a", "S256", "-i", reader)); header.Kid != want && a.Kind != key.Secret {
					x.Errorf("kid %s, the thumbprint (RFC 7638) by jose is %s", header.Kid, want)
				}
			}
		})
	}
	x.run("set", interop.joseSet)
}

// joseSet lets a JWK Set hold a key of each kind, which the kid of a token picks.
func (x interop) joseSet() {
	var keys []map[string]string
	for _, name := range []string{"RS256", "PS384", "ES256", "ES384", "ES512"} {
		keys = append(keys, map[string]string{"alg": name, "kid": "the " + name + " of jose"})
	}
	x.tool("jose", "jwk", "gen", "-i", string(x.json(map[string]any{"keys": keys})), "-o", "private.jwks")
	x.tool("jose", "jwk", "pub", "-s", "-i", "private.jwks", "-o", "public.jwks")
	private, public := filepath.Join(x.dir, "private.jwks"), filepath.Join(x.dir, "public.jwks")
	for _, k := range keys {
		token := x.signs("", "--jwks", private, "--kid", k["kid"])
		x.verifies(k["alg"], token, "--jwks", public)
		x.write("token", []byte(token))
		x.tool("jose", "jws", "ver", "-i", "token", "-k", "public.jwks")
	}
}

package cmd

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
)

// Hostile tokens through the whole program. The names begin with the rows of the
// list of attacks that pkg/verify, pkg/token and pkg/key number theirs by.

const (
	attackSecret = "a secret of sufficient length for the tests"
	attackKeys   = "../testdata/keys"
)

func attackEncode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// attackMAC signs what need not be a token.
func attackMAC(input string) string {
	mac := hmac.New(sha256.New, []byte(attackSecret))
	mac.Write([]byte(input))
	return input + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// attackToken is correctly signed, whatever it says.
func attackToken(header, payload string) string {
	return attackMAC(attackEncode(header) + "." + attackEncode(payload))
}

const (
	attackHeader  = `{"alg":"HS256"}`
	attackPayload = `{"sub":"low","exp":1800000000}` // testEnv has 1700000000
)

// attackRun gives the token through standard input, and returns all that is printed.
func attackRun(t *testing.T, token string, args ...string) (code int, text string) {
	t.Helper()
	var o, e bytes.Buffer
	env := testEnv(&o, &e, nil)
	env.In = strings.NewReader(token + "\n")
	code = Run(context.Background(), env, args)
	return code, o.String() + e.String()
}

// attackVerify wants an exit code, and each of some texts.
func attackVerify(t *testing.T, want int, token string, args ...string) string {
	t.Helper()
	code, text := attackRun(t, token, append([]string{"verify", "-S", attackSecret}, args...)...)
	if code != want {
		t.Errorf("verify %.120q: exit code %d, want %d:\n%.500s", token, code, want, text)
	}
	return text
}

func attackWants(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%.1000s", want, text)
		}
	}
}

func TestB4NothingIsFetched(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	for _, name := range []string{"jku", "x5u", "kid", "iss", "x5c"} {
		value := `"` + server.URL + `/keys.json"`
		if name == "x5c" {
			value = "[" + value + "]"
		}
		header := `{"alg":"HS256","` + name + `":` + value + `}`
		payload := `{"iss":` + value + `,"exp":1800000000}`
		for _, command := range []string{"verify", "decode"} {
			args := []string{command}
			if command == "verify" {
				args = append(args, "-S", attackSecret)
			}
			if _, text := attackRun(t, attackToken(header, payload), args...); text == "" {
				t.Errorf("%s says nothing about %s", command, header)
			}
		}
		attackVerify(t, 10, attackEncode(header)+"."+attackEncode(payload)+"."+strings.Repeat("A", 43))
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("%d requests to where the token says", n)
	}
}

func TestB6CertificateInTheHeaderIsNoKey(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(attackKeys, "rsa.cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	header := fmt.Sprintf(`{"alg":"RS256","x5c":[%q]}`, base64.StdEncoding.EncodeToString(block.Bytes))
	code, token, errs := testRun(t, "sign", "--key", filepath.Join(attackKeys, "rsa.pem"), "-e", "1h", "--header-json", header)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	token = strings.TrimSpace(token)
	for key, want := range map[string]int{"rsa.pub.pem": 0, "rsa1024.pem": 10, "ec256.pub.pem": 10} {
		if code, text := attackRun(t, token, "verify", "--key", filepath.Join(attackKeys, key)); code != want {
			t.Errorf("%s: exit code %d, want %d: %s", key, code, want, text)
		}
	}
}

func TestB9NothingIsInflated(t *testing.T) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(attackPayload)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, zip := range []string{"DEF", "GZIP"} {
		header := `{"alg":"HS256","zip":"` + zip + `"}`
		attackVerify(t, 3, attackToken(header, packed.String()))
		attackWants(t, attackVerify(t, 0, attackToken(header, attackPayload)), "zip", "warning")
		if code, text := attackRun(t, attackToken(header, packed.String()), "decode"); code == 0 || strings.Contains(text, "low") {
			t.Errorf("decode: exit code %d: %s", code, text)
		}
	}
}

func TestC1C2JSONSerialisation(t *testing.T) {
	token := attackToken(attackHeader, attackPayload)
	parts := strings.Split(token, ".")
	for _, forged := range []string{
		fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q,"sub":"admin","exp":1800000000}`, parts[0], parts[1], parts[2]),
		fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":%q}],"sub":"admin"}`, parts[1], parts[0], parts[2]),
		fmt.Sprintf(`{"sub":"admin","x":%q}`, token), // three parts between dots
		fmt.Sprintf(`{"sub":"admin","x":"%s`, token),
		`["` + token + `"]`,
	} {
		attackVerify(t, 3, forged)
		if code, text := attackRun(t, forged, "decode"); code != 3 || strings.Contains(text, "verified") {
			t.Errorf("decode %s: exit code %d: %s", forged, code, text)
		}
	}
}

func TestC3F13EncryptedTokens(t *testing.T) {
	for _, header := range []string{
		`{"alg":"RSA-OAEP","enc":"A256GCM"}`,
		`{"alg":"dir","enc":"A256GCM"}`,
		`{"alg":"HS256","enc":"A256GCM"}`,
		`{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":1000000000,"p2s":"AAAA"}`, // a second for each million
		`{"alg":"dir","enc":"A256GCM","zip":"DEF"}`,
	} {
		token := attackEncode(header) + ".AAAA.AAAA." + attackEncode(attackPayload) + ".AAAA"
		attackVerify(t, 3, token)
		if code, text := attackRun(t, token, "decode"); strings.Contains(text, "low") || !strings.Contains(text, `"alg"`) {
			t.Errorf("decode %s: exit code %d: %s", header, code, text)
		}
	}
}

func TestC4Nested(t *testing.T) {
	inner := attackToken(`{"alg":"HS256"}`, `{"sub":"admin","exp":1800000000}`)
	for _, header := range []string{attackHeader, `{"alg":"HS256","cty":"JWT"}`} {
		token := attackToken(header, inner)
		if text := attackVerify(t, 3, token); strings.Contains(text, "admin") {
			t.Errorf("verify shows what is inside: %s", text)
		}
		_, text := attackRun(t, token, "decode")
		attackWants(t, text, "is a token itself")
	}
}

func TestC5Segments(t *testing.T) {
	token := attackToken(attackHeader, attackPayload)
	parts := strings.Split(token, ".")
	for _, malformed := range []string{
		".", "..", "...", "....", parts[0], parts[0] + "." + parts[1], parts[0] + ".." + parts[2],
		"." + parts[1] + "." + parts[2], "." + token, token + ".", token + "." + parts[2], token + ".." + parts[2],
	} {
		attackVerify(t, 3, malformed)
	}
}

func TestC9ReceivedBytesAreSigned(t *testing.T) {
	header, payload := attackEncode(attackHeader), attackEncode(`{"sub":"x","exp":1800000000 }`)
	attackVerify(t, 0, attackMAC(header+"."+payload))
	// The same claims, signed as another encoder would have written them.
	other := attackMAC(header + "." + attackEncode(`{"sub":"x","exp":1800000000}`))
	attackVerify(t, 10, header+"."+payload+other[strings.LastIndexByte(other, '.'):])

	// The last character has bits that mean nothing: 29 bytes leave four of six.
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(digits, payload[len(payload)-1])
	odd := payload[:len(payload)-1] + digits[last+1:last+2]
	if decoded, err := base64.RawURLEncoding.DecodeString(odd); err != nil || attackEncode(string(decoded)) != payload {
		t.Fatalf("%q does not decode to the same: %v", odd, err)
	}
	attackVerify(t, 3, attackMAC(header+"."+odd))
	canonical := attackMAC(header + "." + payload)
	attackVerify(t, 3, header+"."+odd+canonical[strings.LastIndexByte(canonical, '.'):])
}

func TestC10Oversize(t *testing.T) {
	const size = 3 << 20 // more than any token
	for name, token := range map[string]string{
		"letters": strings.Repeat("a", size),
		"dots":    strings.Repeat(".", size),
		"token":   attackToken(attackHeader, `{"a":"`+strings.Repeat("a", size)+`"}`),
	} {
		for _, command := range []string{"verify", "decode"} {
			args := []string{command}
			if command == "verify" {
				args = append(args, "-S", attackSecret)
			}
			if code, text := attackRun(t, token, args...); code != 3 || len(text) > 1000 {
				t.Errorf("%s of %s: exit code %d, %d bytes", command, name, code, len(text))
			}
		}
	}
}

func TestE6AnotherKindOfToken(t *testing.T) {
	for typ, want := range map[string]int{
		"at+jwt": 0, "application/at+jwt": 0, "AT+JWT": 0,
		"JWT": 13, "dpop+jwt": 13, "logout+jwt": 13, "secevent+jwt": 13, "at+jwt ": 13, "": 13,
	} {
		attackVerify(t, want, attackToken(`{"alg":"HS256","typ":"`+typ+`"}`, attackPayload), "--typ", "at+jwt")
	}
	attackVerify(t, 13, attackToken(attackHeader, attackPayload), "--typ", "at+jwt")
}

// attackSet serves one JWK Set in several ways, and counts.
func attackSet(t *testing.T, set string) (url string, asked *atomic.Int32) {
	asked = new(atomic.Int32)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(set)) }))
	t.Cleanup(elsewhere.Close)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch r.URL.Path {
		case "/404":
			w.WriteHeader(http.StatusNotFound)
		case "/500":
			w.WriteHeader(http.StatusInternalServerError)
		case "/elsewhere":
			http.Redirect(w, r, elsewhere.URL, http.StatusFound)
			return
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
			return
		}
		_, _ = w.Write([]byte(set))
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

func TestF4SecretInAPublishedSet(t *testing.T) {
	url, _ := attackSet(t, `{"keys":[{"kty":"oct","kid":"a","k":"`+attackEncode(attackSecret)+`"}]}`)
	for _, header := range []string{attackHeader, `{"alg":"HS256","kid":"a"}`} {
		if code, text := attackRun(t, attackToken(header, attackPayload), "verify", "--jwks", url); code != 14 {
			t.Errorf("%s: exit code %d: %s", header, code, text)
		}
	}
}

// attackPrivate is a private JWK (RFC 8037 appendix A.1), and a token by it.
func attackPrivate(t *testing.T) (jwk, token string) {
	jwk = `{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	file := filepath.Join(t.TempDir(), "private.jwk")
	if err := os.WriteFile(file, []byte(jwk), 0o600); err != nil {
		t.Fatal(err)
	}
	code, token, errs := testRun(t, "sign", "--key", file, "-s", "a", "-e", "1h")
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	return jwk, strings.TrimSpace(token)
}

func TestF8F9OnlyTheServerItself(t *testing.T) {
	jwk, token := attackPrivate(t)
	url, _ := attackSet(t, `{"keys":[`+strings.Replace(jwk, `"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",`, "", 1)+`]}`)
	for path, want := range map[string]int{"/": 0, "/404": 4, "/500": 4, "/elsewhere": 4, "/loop": 4} {
		if code, text := attackRun(t, token, "verify", "--jwks", url+path); code != want {
			t.Errorf("%s: exit code %d, want %d: %s", path, code, want, text)
		}
	}
}

func TestF10PublishedPrivateKey(t *testing.T) {
	jwk, token := attackPrivate(t)
	url, _ := attackSet(t, `{"keys":[`+jwk+`]}`)
	code, text := attackRun(t, token, "verify", "--jwks", url)
	if code != 0 || strings.Contains(text, "nWGxne") {
		t.Errorf("exit code %d: %s", code, text)
	}
	attackWants(t, text, "note: ", "publishes the private part of key 1")
	if code, text := attackRun(t, "", "sign", "--jwks", url, "-s", "a"); code == 0 {
		t.Errorf("it signs with a private key that is published: %s", text)
	}
}

func TestF11UnknownKeyIsAskedForOnceMore(t *testing.T) {
	url, asked := attackSet(t, `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"new","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`)
	token := attackEncode(`{"alg":"EdDSA","kid":"old"}`) + "." + attackEncode(attackPayload) + "." + strings.Repeat("A", 86)
	if code, text := attackRun(t, strings.Repeat(token+"\n", 20), "verify", "--jwks", url); code != 14 {
		t.Errorf("exit code %d: %.500s", code, text)
	}
	if n := asked.Load(); n < 1 || n > 2 {
		t.Errorf("%d requests for 20 tokens", n)
	}
}

func TestG1G2Invisible(t *testing.T) {
	for _, r := range []rune{
		0, '\a', '\b', '\r', 0x1b, 0x7f, 0x80, 0x9b, 0x9f, 0xad, 0x61c, 0x180e, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029,
		0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0xfe0f, 0xfeff, 0xfff9, 0xe0001, 0xe007f, 0xe0100,
	} {
		text, err := json.Marshal("a" + string(r) + "z")
		if err != nil {
			t.Fatal(err)
		}
		hostile := string(text)
		token := attackToken(`{"alg":"HS256","kid":`+hostile+`,"typ":`+hostile+`,`+hostile+`:1}`,
			`{"iss":`+hostile+`,"sub":[`+hostile+`],"aud":`+hostile+`,"exp":`+hostile+`,`+hostile+`:{`+hostile+`:`+hostile+`}}`)
		unknown := attackToken(`{"alg":`+hostile+`}`, attackPayload)
		for _, args := range [][]string{
			{"decode"}, {"decode", "-j"}, {"decode", "-f", "github"},
			{"verify", "-S", attackSecret, "-i", "b", "-s", "b", "-a", "b", "-t", "b"}, {"verify", "-S", attackSecret, "-j"},
			{"verify", "-S", "another", "-f", "github"}, {"verify", "-v", "--key", filepath.Join(attackKeys, "rsa.pub.pem")},
			{"decode", string(r) + "a"}, {"verify", "-S", attackSecret, "--at", string(r)}, {"sign", "-S", attackSecret, "-e", string(r)},
		} {
			for _, token := range []string{token, unknown} {
				if _, out := attackRun(t, token, args...); strings.ContainsRune(out, r) {
					t.Errorf("%q: U+%04X gets out:\n%q", args, r, out)
				}
			}
		}
	}
}

func TestG3NotVerified(t *testing.T) {
	for _, token := range []string{
		attackToken(attackHeader, attackPayload), attackToken(`{"alg":"HS256","verified":true}`, `{"verified":true}`),
		attackEncode(`{"alg":"none"}`) + "." + attackEncode(attackPayload) + ".",
	} {
		_, text := attackRun(t, token, "decode")
		attackWants(t, text, "not verified")
		_, text = attackRun(t, token, "decode", "-j")
		var answer struct{ Verified *bool }
		if err := json.Unmarshal([]byte(text), &answer); err != nil || answer.Verified == nil || *answer.Verified {
			t.Errorf("%v: %s", err, text)
		}
	}
}

func TestG4TimesKeepTheirNumber(t *testing.T) {
	for _, number := range []string{
		"1e18", "-5", "-0", "0", "0.5", "1e400", "1e-400", "1700000000000", "9223372036854775807", "18446744073709551616", "253402300800",
	} {
		token := attackToken(attackHeader, `{"exp":`+number+`,"nbf":`+number+`,"iat":`+number+`,"auth_time":`+number+`}`)
		for _, args := range [][]string{{"decode"}, {"decode", "-j"}} {
			_, text := attackRun(t, token, args...)
			attackWants(t, text, number)
		}
		if code, text := attackRun(t, token, "verify", "-S", attackSecret); code == 0 || code == 1 {
			t.Errorf("%s: exit code %d: %s", number, code, text)
		}
	}
}

func TestG5EveryShapeIsShown(t *testing.T) {
	for _, token := range []string{
		attackToken(`{"alg":"XS999"}`, attackPayload), attackToken(`{}`, attackPayload), attackToken(`{"alg":7}`, attackPayload),
		attackToken(`{"alg":"Ed448"}`, attackPayload),
		attackEncode(`{"alg":"ML-DSA-87"}`) + "." + attackEncode(attackPayload) + "." + attackEncode(strings.Repeat("s", 4627)),
		attackToken(attackHeader, attackPayload) + "~WyJhIiwiYiIsImMiXQ~",
	} {
		_, text := attackRun(t, token, "decode")
		attackWants(t, text, "header", `"sub": "low"`)
		if code, text := attackRun(t, token, "verify", "--key", filepath.Join(attackKeys, "rsa.pub.pem")); code == 0 {
			t.Errorf("valid: %s", text)
		}
	}
}

func TestH1H2NothingSecretIsAnArgument(t *testing.T) {
	const note = "a secret on the command line is in the shell's history"
	token := attackToken(attackHeader, attackPayload)
	file := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(file, []byte(attackSecret), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		in, secret, token string
		noted             bool
	}{
		{token, "env:SECRET", "-", false},
		{token, "@" + file, "-", false},
		{attackSecret, "-", "env:TOKEN", false},
		{token, attackSecret, "-", true},
		{token, "b64:" + attackEncode(attackSecret), "-", true},
	} {
		var out, errs bytes.Buffer
		env := testEnv(&out, &errs, map[string]string{"SECRET": attackSecret, "TOKEN": token})
		env.In = strings.NewReader(row.in)
		env.Terminal.Err = true
		code := Run(context.Background(), env, []string{"verify", "-S", row.secret, row.token})
		if text := out.String() + errs.String(); code != 0 || strings.Contains(text, note) != row.noted || strings.Contains(text, attackSecret) {
			t.Errorf("%+v: exit code %d: %s", row, code, text)
		}
	}
}

func TestH3H4SecretsAreNotGuessed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret.txt")
	for _, content := range []string{attackSecret, attackSecret + "\n"} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		code, token, _ := testRun(t, "sign", "-S", "@"+file, "-e", "1h")
		if code != 0 {
			t.Fatalf("exit code %d", code)
		}
		if code, text := attackRun(t, strings.TrimSpace(token), "verify", "-S", "@"+file); code != 0 {
			t.Errorf("%q: exit code %d: %s", content, code, text)
		}
		exact := map[bool]int{true: 0, false: 10}[content == attackSecret] // every byte of the file counts
		attackVerify(t, exact, strings.TrimSpace(token))
	}
	for _, secret := range []string{fmt.Sprintf("%x", attackSecret), attackEncode(attackSecret), base64.StdEncoding.EncodeToString([]byte(attackSecret))} {
		if code, text := attackRun(t, attackToken(attackHeader, attackPayload), "verify", "-S", secret); code != 10 {
			t.Errorf("%s: exit code %d: %s", secret, code, text)
		}
	}
	for _, secret := range []string{fmt.Sprintf("hex:%x", attackSecret), "b64:" + attackEncode(attackSecret)} {
		if code, text := attackRun(t, attackToken(attackHeader, attackPayload), "verify", "-S", secret); code != 0 {
			t.Errorf("%s: exit code %d: %s", secret, code, text)
		}
	}
}

func TestH7FileMode(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files there have no such modes")
	}
	dir := t.TempDir()
	file, link, target := filepath.Join(dir, "token"), filepath.Join(dir, "link"), filepath.Join(dir, "target")
	if err := os.WriteFile(target, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		file  string
		force bool
		want  int
	}{{file, false, 0}, {file, false, 2}, {file, true, 0}, {link, false, 2}} {
		args := []string{"sign", "-S", attackSecret, "-e", "1h", "-o", row.file}
		if row.force {
			args = append(args, "--force")
		}
		if code, out, errs := testRun(t, args...); code != row.want || out != "" {
			t.Errorf("%+v: exit code %d: %s%s", row, code, out, errs)
		}
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode(); mode != fs.FileMode(0o600) {
		t.Errorf("mode %s", mode)
	}
	if text, err := os.ReadFile(target); err != nil || string(text) != "kept" {
		t.Errorf("%q behind the link, %v", text, err)
	}
}

func TestH8NoColourIntoAPipe(t *testing.T) {
	for _, args := range [][]string{{"decode"}, {"verify", "-S", attackSecret}, {"verify", "-S", "another"}, {"verify", "--nope"}, {"--help"}} {
		if _, text := attackRun(t, attackToken(attackHeader, attackPayload), args...); strings.ContainsRune(text, 0x1b) {
			t.Errorf("%q: %q", args, text)
		}
	}
}

package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The marks are secrets that no output may hold, in any form they were given.
const (
	markedSecret = "MARKED-secret-zq8X4vTn0rWc2eYb"
	markedClaim  = "MARKED-token-part-7hPq" // stands in the token's payload
)

// TestNoSecretGetsOut runs every command on its error paths with marked
// credentials, and looks for them in all that comes out.
func TestNoSecretGetsOut(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	environment := map[string]string{"MARKED": markedSecret}
	var token, errs bytes.Buffer
	if code := Run(context.Background(), testEnv(&token, &errs, environment), []string{"sign", "-S", "env:MARKED", "-P", "x=" + markedClaim, "-e", "1h"}); code != 0 {
		t.Fatal(errs.String())
	}
	good := strings.TrimSpace(token.String())
	parts := strings.Split(good, ".")
	broken := parts[0] + "." + parts[1] + "!." + parts[2]
	notKey := file("not-a-key", markedSecret)
	brokenJWK := file("broken.jwk", `{"kty":"oct","k":"`+markedSecret+`!"}`)
	brokenPEM := file("broken.pem", "-----BEGIN PRIVATE KEY-----\n"+markedSecret+"\n-----END PRIVATE KEY-----\n")
	report := filepath.Join(dir, "report.xml")
	settings := func(name, content string) string {
		return file(name, strings.ReplaceAll(content, "MARK", markedSecret))
	}
	openEnv := settings("open.env", "A=b\nJWT_SECRET=\"MARK\nB=c")
	trailingEnv := settings("trailing.env", "JWT_SECRET='MARK' MARK")
	bareEnv := settings("bare.env", "JWT_SECRET MARK\nMARK")
	twoEnv := settings("two.env", "JWT_SECRET=MARK\nJWT_SECRET_KEY=MARK-2")
	keyEnv := settings("key.env", "JWT_KEY=https://u:MARK@id.example.com/?MARK")
	pemEnv := settings("pem.env", "JWT_ALGORITHM=RS256\nJWT_PRIVATE_KEY=\"-----BEGIN PRIVATE KEY-----\nMARK\n-----END PRIVATE KEY-----\"")
	jwkEnv := settings("jwk.env", `JWT_KEY='{"kty":"oct","k":"MARK!"}'`)
	misspeltYAML := settings("misspelt.yaml", "profiles:\n  dev:\n    secrt: MARK\n    secret: MARK\n")
	openYAML := settings("open.yaml", "profiles:\n  dev:\n    secret: \"MARK\n    key: MARK\n")
	joinedYAML := settings("joined.yaml", "profiles:\n  dev:\n    secret:MARK: x\n    key: [MARK\n")
	tabYAML := settings("tab.yaml", "profiles:\n  dev:\n    secret: MARK\n\tkey: MARK\n")
	typeYAML := settings("type.yaml", "profiles:\n  dev:\n    secret: [MARK]\n")
	twiceYAML := settings("twice.yaml", "profiles:\n  dev:\n    secret: MARK\n    secret: MARK\n")
	anchorYAML := settings("anchor.yaml", "profiles:\n  dev:\n    secret: &MARK MARK\n")
	bothYAML := settings("both.yaml", "default_profile: dev\nprofiles:\n  dev:\n    secret: MARK\n    key: str:MARK\n")
	keyYAML := settings("key.yaml", "default_profile: dev\nprofiles:\n  dev:\n    key: str:MARK\n")
	hexYAML := settings("hex.yaml", "default_profile: dev\nprofiles:\n  dev:\n    secret: hex:MARK\n")
	fileYAML := settings("file.yaml", "default_profile: dev\nprofiles:\n  dev:\n    key: MARK\n")
	atYAML := settings("at.yaml", "default_profile: dev\nprofiles:\n  dev:\n    secret: '@MARK'\n")
	line := func(name, content string) string {
		return file(name, strings.NewReplacer("MARK", markedSecret, "GOOD", good).Replace(content))
	}
	goodLine := line("good.sh", "curl 'http://127.0.0.1:1/me?api_key=MARK' -H 'Authorization: Bearer GOOD' -b 'a=MARK' -H 'X-Api-Key: MARK' -d 'password=MARK'")
	claims := file("claims.json", `{"x":"`+markedSecret+`","x":1}`)

	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		text, _ := json.Marshal(string(body) + r.Header.Get("Authorization"))
		w.Header().Set("Set-Cookie", "token="+markedSecret)
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"error":"invalid_request","error_description":%s}`, text)
	}))
	defer echo.Close()

	for _, args := range [][]string{
		{"verify", "-S", markedSecret, broken},
		{"verify", "-S", markedSecret, "-j", broken},
		{"verify", "-S", markedSecret, "-S", markedSecret, good},
		{"verify", "--secret", markedSecret, "--key", markedSecret, good},
		{"verify", "-S", "hex:" + markedSecret, good},
		{"verify", "-S", "b64:" + markedSecret + "!", good},
		{"verify", "-S", "env:MARKED", "--aud", "x", "--at", "nonsense", good},
		{"verify", "--key", notKey, good},
		{"verify", "--key", brokenJWK, good},
		{"verify", "--key", brokenPEM, good},
		{"verify", "--key", markedSecret, good},
		{"verify", "--key", markedSecret, "-j", good},
		{"verify", "--key", markedSecret, "-f", "github", "--report", "junit=" + report, "--force", good},
		{"verify", "--key", strings.Repeat(markedSecret+"!", 10), good},
		{"verify", "--key", "abc/" + markedSecret, good},
		{"verify", "--jwks", markedSecret, good},
		{"verify", "--jwks", markedSecret, "-j", good},
		{"verify", "-S", "@" + markedSecret, good},
		{"verify", "-S", "env:" + markedSecret, "-f", "github", good},
		{"sign", "--key", markedSecret, "-j"},
		{"sign", "--key", "../testdata/keys/ec256.encrypted.pem", "--key-password", "@" + markedSecret},
		{"key", "show", markedSecret},
		{"key", "convert", markedSecret, "-f", "github"},
		{"jwks", "show", markedSecret},
		{"jwks", "make", markedSecret, "-j"},
		{"serve", "--key", markedSecret},
		{"login", echo.URL, "-u", "a", "--password", "@" + markedSecret},
		{"login", echo.URL, "--cert", notKey, "--cert-key", markedSecret},
		{"verify", "--jwks", "https://user:" + markedSecret + "@127.0.0.1:1/?key=" + markedSecret, good},
		{"verify", "--issuer-url", "https://user:" + markedSecret + "@127.0.0.1:1/", good},
		{"verify", "--issuer-url", "https://127.0.0.1:1/?key=" + markedSecret, good},
		{"verify", "--key", "https://127.0.0.1:1/?key=" + markedSecret, good},
		{"verify", "-S", "env:MARKED", good + good},
		{"verify", "-S", "env:MARKED", "-q", broken},
		{"verify", "-S", "env:MARKED", "-v", "-o", filepath.Join(dir, "no", "out"), good},
		{"verify", "-S", "hex:" + markedSecret, "-f", "github", good},
		{"verify", "--key", brokenJWK, "-f", "github", "--report", "junit=" + report, good},
		{"verify", "--jwks", "https://user:" + markedSecret + "@127.0.0.1:1/?key=" + markedSecret, "-f", "github", "--report", "junit=" + report, "--force", good},
		{"sign", "-S", markedSecret, "--no-such-flag"},
		{"sign", "-S", markedSecret, "-A", "RS256"},
		{"sign", "-S", "env:MARKED", "@" + claims},
		{"sign", "-S", "env:MARKED", "-P", "exp=soon"},
		{"sign", "--key", brokenJWK},
		{"sign", "--key", "../testdata/keys/ec256.encrypted.pem", "--key-password", markedSecret},
		{"sign", "--key", "../testdata/keys/rsa.openssh.aes256-ctr.pem", "--key-password", "env:MARKED", "-j"},
		{"sign", "--key", "../testdata/keys/rsa.pkcs1.aes128.pem", "--key-password", markedSecret, "--key-password", markedSecret},
		{"sign", "--key", "../testdata/keys/ec256.encrypted.pem", "--key-password", "hex:" + markedSecret},
		{"sign", "--key", brokenPEM, "-j"},
		{"key", "show", brokenJWK},
		{"key", "show", "env:MARKED"},
		{"key", "public", `{"kty":"oct","k":"` + markedSecret + `"}`},
		{"key", "public", `{"kty":"oct","k":"` + markedSecret + `"}`, "-j"},
		{"key", "convert", brokenPEM, "-f", "github"},
		{"jwks", "show", brokenJWK},
		{"jwks", "show", "https://user:" + markedSecret + "@127.0.0.1:1/?key=" + markedSecret},
		{"jwks", "make", "https://127.0.0.1:1/?key=" + markedSecret},
		{"jwks", "make", `{"kty":"oct","k":"` + markedSecret + `"}`},
		{"key", "convert", "../testdata/keys/ec256.encrypted.pem", "--key-password", markedSecret},
		{"decode", broken + "." + parts[1]},
		{"decode", "-S", markedSecret, good},
		{"decode", good, "--claim", "nope"},
		{"decode", good, "--claim", "nope", "-f", "github"},
		{good, "-f", "github"},
		{"decode", "-j", strings.Repeat(good, 2)},
		{"probe", "http://127.0.0.1:1/", "--token", good},
		{"probe", "http://127.0.0.1:1/", "--token", good, "-j"},
		{"probe", "http://127.0.0.1:1/?key=" + markedSecret, "-H", "X-Api-Key: " + markedSecret},
		{"probe", "http://127.0.0.1:1/" + markedSecret + "?key=" + markedSecret, "-H", "X-Api-Key: " + markedSecret, "--token", good, "--report", "html=" + report, "--force"},
		{"probe", "http://127.0.0.1:1/?key=" + markedSecret, "-H", "X-Api-Key: " + markedSecret, "--token", good, "--report", "md=" + report, "--force"},
		{"probe", "http://127.0.0.1:1/", "--token", good, "--cert", brokenPEM, "--report", "html=" + report, "--force"},
		{"probe", "http://127.0.0.1:1/", "--token", good + "\n" + good},
		{"probe", "http://api.example.com/", "--token", good},
		{"probe", "http://user:" + markedSecret + "@127.0.0.1:1/"},
		{"probe", "user:" + markedSecret + "@127.0.0.1:1"},
		{"probe", "http://127.0.0.1:1/", "-H", markedSecret},
		{"probe", "http://127.0.0.1:1/", "--proxy", "http://user:" + markedSecret + "@127.0.0.1:1"},
		{"probe", "http://127.0.0.1:1/", "--cert", brokenPEM},
		{"probe", "--curl", goodLine},
		{"probe", "--curl", goodLine, "-j"},
		{"probe", "--curl", notKey},
		{"probe", "--curl", "curl -H 'X: " + markedSecret + "' http://127.0.0.1:1/"},
		{"probe", "--curl", line("user.sh", "curl -u a:MARK http://127.0.0.1:1/")},
		{"probe", "--curl", line("in-url.sh", "curl http://a:MARK@127.0.0.1:1/")},
		{"probe", "--curl", line("jar.sh", "curl -b MARK http://127.0.0.1:1/")},
		{"probe", "--curl", line("open.sh", "curl http://127.0.0.1:1/ -H 'X: MARK")},
		{"probe", "--curl", line("option.sh", "curl --MARK http://127.0.0.1:1/ --token=MARK")},
		{"probe", "--curl", line("two.sh", "curl http://127.0.0.1:1/ -H Authorization: Bearer GOOD")},
		{"probe", "--curl", line("basic.sh", "curl http://127.0.0.1:1/ -H 'Authorization: Basic MARK'")},
		{"probe", "--curl", line("field.sh", "curl http://127.0.0.1:1/ -H 'MARK' -x http://a:MARK@127.0.0.1:1")},
		{"probe", "--curl", line("proxy.sh", "curl http://127.0.0.1:1/ -x http://a:MARK@127.0.0.1:1")},
		{"probe", "--curl", line("command.sh", "MARK http://127.0.0.1:1/")},
		{"probe", "http://127.0.0.1:1/", "--token", `{"access_token":"` + good + `","x":"` + markedSecret + `"}`},
		{"probe", "http://127.0.0.1:1/", "--token", "${" + markedSecret + "}"},
		{"probe", "--from", notKey},
		{"probe", "@" + good},
		{"probe", "http://127.0.0.1:1/", "--token", "@" + good},
		{"sign", "--env-file", openEnv},
		{"sign", "--env-file", openEnv, "-j"},
		{"verify", "--env-file", trailingEnv, good},
		{"verify", "--env-file", bareEnv, "-f", "github", good},
		{"sign", "--env-file", twoEnv},
		{"sign", "--env-file", keyEnv},
		{"sign", "--env-file", pemEnv},
		{"sign", "--env-file", jwkEnv, "-j"},
		{"sign", "--env-file", markedSecret + "eyJ"},
		{"config", "show", "--env-file", twoEnv},
		{"config", "show", "--env-file", openEnv, "-j"},
		{"sign", "--config", misspeltYAML},
		{"sign", "--config", openYAML, "-j"},
		{"verify", "--config", joinedYAML, good},
		{"verify", "--config", tabYAML, "-f", "github", good},
		{"sign", "--config", typeYAML},
		{"sign", "--config", twiceYAML},
		{"config", "show", "--config", anchorYAML},
		{"sign", "--config", bothYAML},
		{"config", "show", "--config", bothYAML, "-j"},
		{"sign", "--config", keyYAML},
		{"sign", "--config", hexYAML},
		{"sign", "--config", fileYAML},
		{"sign", "--config", atYAML, "-j"},
		{"sign", "--config", bothYAML, "-p", markedSecret + "eyJ"},
		{"login", "http://127.0.0.1:1/", "-u", "a", "--password", markedSecret},
		{"login", "http://127.0.0.1:1/?key=" + markedSecret, "-u", "a", "--password", "env:MARKED", "-j"},
		{"login", "https://user:" + markedSecret + "@127.0.0.1:1/", "-u", "a", "--password", "env:MARKED"},
		{"login", "user:" + markedSecret + "@127.0.0.1:1", "-u", "a", "--password", "env:MARKED"},
		{"login", "http://api.example.com/?key=" + markedSecret, "-u", "a", "--password", "@" + notKey},
		{"login", "--issuer-url", "https://user:" + markedSecret + "@127.0.0.1:1/", "--client-id", "a", "--client-secret", "env:MARKED"},
		{"login", "--issuer-url", "http://127.0.0.1:1/", "--client-id", "a", "--client-secret", "@" + notKey, "-v"},
		{"login", echo.URL, "-u", "a", "--password", "env:MARKED"},
		{"login", echo.URL, "-u", "a", "--password", "@" + notKey, "-j", "-v"},
		{"login", echo.URL, "-u", "a", "--password", "env:MARKED", "--grant", "form", "-f", "github"},
		{"login", echo.URL, "-u", "a", "--password", "other", "--param", "pin=" + markedSecret},
		{"login", echo.URL, "-u", "a", "--password", "other", "--param", "pin@=" + notKey},
		{"login", echo.URL, "-u", "a", "--password", "other", "--param", "pin:=" + markedSecret},
		{"login", echo.URL, "--client-id", "a", "--client-secret", "env:MARKED"},
		{"login", echo.URL, "--client-id", "a", "--client-secret", "env:MARKED", "--client-auth", "post", "-j"},
		{"login", echo.URL, "--refresh-token", "@" + notKey, "--client-id", "a"},
		{"login", echo.URL, "--device-url", echo.URL, "--client-id", "a", "--client-secret", "env:MARKED"},
		{"login", echo.URL, "-u", "a", "--password", markedSecret, "--no-such-flag"},
		{"login", echo.URL, "-u", "a", "--password", markedSecret, "--password", markedSecret},
		{"login", echo.URL, "-u", "a", "--password", "hex:" + markedSecret},
		{"login", echo.URL, "-u", "a", "--password", markedSecret, "--then-probe", "http://user:" + markedSecret + "@127.0.0.1:1"},
		{"login", echo.URL, "-u", "a", "--password", markedSecret, "--token-field", "/~" + markedSecret},
		{"serve", "--password", markedSecret, "--no-such-flag"},
		{"serve", "--password", markedSecret, "--password", markedSecret},
		{"serve", "--password", "env:MARKED", "--client-secret", "env:MARKED", "--listen", "192.0.2.1:0"},
		{"serve", "--password", "hex:" + markedSecret},
		{"serve", "--client-secret", "b64:" + markedSecret + "!", "-j"},
		{"serve", "--key", brokenJWK},
		{"serve", "--key", brokenPEM, "-f", "github"},
		{"serve", "--key", "../testdata/keys/ec256.encrypted.pem", "--key-password", markedSecret},
		{"serve", "--key", "env:MARKED", "-v"},
		{"serve", "--cert", brokenPEM},
		{"serve", "--cors", "https://user:" + markedSecret + "@app.example.com"},
		{"serve", "--host", "user:" + markedSecret + "@id.test"},
		{"serve", "--listen", "user:" + markedSecret + "@127.0.0.1:0"},
		{"serve", "--fail", markedSecret},
		{good},
		{"help", good},
		{"completion", good},
		{"version", good},
	} {
		var out, errs bytes.Buffer
		code := Run(context.Background(), testEnv(&out, &errs, environment), args)
		if code == 0 {
			t.Errorf("%q succeeded; it should have failed", args[0])
		}
		reported, _ := os.ReadFile(report) // of the run that wrote one last
		all := errs.String() + string(reported)
		if args[0] != "verify" && args[0] != "decode" { // these show the token, by design
			all += out.String()
		}
		if strings.Contains(out.String(), markedSecret) {
			t.Errorf("%v printed a secret", redactArgs(args))
		}
		for _, mark := range []string{markedSecret, markedClaim, parts[1], parts[2]} {
			if strings.Contains(all, mark) {
				t.Errorf("%v let a secret out:\n%s", redactArgs(args), strings.ReplaceAll(all, mark, "«SECRET»"))
			}
		}
	}
}

func redactArgs(args []string) []string {
	short := make([]string, len(args))
	for i, a := range args {
		short[i] = strings.ReplaceAll(a, markedSecret, "«SECRET»")
		if len(short[i]) > 40 {
			short[i] = short[i][:40] + "…"
		}
	}
	return short
}

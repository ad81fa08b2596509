//go:build lab && linux

package cmd

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
)

// A labConsumer is somebody who takes tokens, and what ours must be like to be taken.
type labConsumer struct {
	name    string   // of its preset, where there is one
	key     string   // a key of consumerKeys
	sign    []string // what else sign is given
	verify  []string // what our own verify is given besides the key, if it is to say the same
	access  []string // what sign is given for the access token that a proof is sent with
	carry   string   // a key of consumerCarriers
	path    string
	answers labAnswers            // to the token; 200 if it is empty
	odd     map[string]labAnswers // to what every consumer must refuse: 401 is what is not odd
	refuses []labRefusal
}

// labAnswers is how a server answers.
type labAnswers struct {
	status int
	says   string // somewhere in the header or the body
}

// A labRefusal is what a consumer makes of the token with something changed.
type labRefusal struct {
	name    string
	claims  map[string]any // nil takes one away, a duration is a time from now on; ${URL}
	header  map[string]any
	again   bool // nothing is changed, but it was sent before
	carry   string
	answers labAnswers // 401 if there is no status
}

// consumerKeys are the keys to sign with. Beside each is a foreign one: somebody
// else's.
var consumerKeys = map[string]struct{ flag, file string }{
	"secret": {"--secret", "secret.txt"},
	"rsa":    {"--key", "rsa.jwk"},
	"ec":     {"--key", "ec.jwk"},
}

// A consumerCarrier puts a token, or none, into a request.
type consumerCarrier func(token, access string) (http.Header, url.Values)

var consumerCarriers = map[string]consumerCarrier{
	"Bearer": consumerScheme("Bearer"),
	"bearer": consumerScheme("bearer"),
	"JWT":    consumerScheme("JWT"),
	"client secret": func(token, _ string) (http.Header, url.Values) {
		return nil, url.Values{"grant_type": {"authorization_code"}, "code": {"c"}, "client_id": {"com.example.app"}, "client_secret": {token}}
	},
	"assertion": func(token, _ string) (http.Header, url.Values) { // RFC 7523 §2.1
		return nil, url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {token}}
	},
	"client assertion": func(token, _ string) (http.Header, url.Values) { // RFC 7523 §2.2
		return nil, url.Values{
			"grant_type":            {"client_credentials"},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
			"client_assertion":      {token},
		}
	},
	"proof": func(token, _ string) (http.Header, url.Values) { // RFC 9449 §5
		form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"dpop-client"}, "client_secret": {labSecret()}}
		return consumerField("DPoP", "", token), form
	},
	"token and proof": func(token, access string) (http.Header, url.Values) { // RFC 9449 §7.1
		header := consumerField("Authorization", "DPoP", access)
		maps.Copy(header, consumerField("DPoP", "", token))
		return header, nil
	},
}

func consumerScheme(scheme string) consumerCarrier {
	return func(token, _ string) (http.Header, url.Values) {
		return consumerField("Authorization", scheme, token), nil
	}
}

func consumerField(name, scheme, token string) http.Header {
	header := http.Header{}
	if token != "" {
		header.Set(name, strings.TrimSpace(scheme+" "+token))
	}
	return header
}

// labSecret is the secret that the lab's applications share.
var labSecret = sync.OnceValue(func() string {
	text, err := os.ReadFile(filepath.Join(labDir, "shared", "secret.txt"))
	if err != nil {
		panic(err)
	}
	return string(text)
})

// A consumerServer is what consumers are behind.
type consumerServer struct {
	name      string // of its folder if it is a deployment, else its own
	servers   []labServer
	consumers []labConsumer
	issues    []consumerIssue
}

// A consumerIssue is a token that the consumer itself makes, for us to verify.
type consumerIssue struct {
	path   string // it is posted to
	json   string // this
	member string // of the answer, with the token
	key    string
	verify []string
}

// consumerName is a server's name in required.txt.
func consumerName(name string) string { return "consumers-" + name }

// TestLabConsumers sends tokens of ours to libraries that others wrote, and to what
// stands in for services that nobody can run here, and wants them taken; then with
// one thing changed, and wants them refused, for that reason.
func TestLabConsumers(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o022)) // see TestLab
	started := time.Now()
	required := labRequired(t)
	keys := consumerPrepare(t)
	deployments := make([]*labDeployment, len(consumerServers))
	for i, s := range consumerServers {
		if deployments[i] = (&labDeployment{name: "consumers", Servers: s.servers}); s.servers == nil {
			deployments[i] = labLoad(t, filepath.Join(labDir, s.name, "deployment.json"))
		}
	}
	venvs := labVenvs(t, deployments)
	t.Logf("%s for keys and environments", time.Since(started).Round(time.Millisecond))
	t.Run("of", func(t *testing.T) { // ends when the parallel ones have
		for i, s := range consumerServers {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				d := deployments[i]
				labSkip(t, required, consumerName(s.name), d.missing(venvs))
				began := time.Now()
				c := consumerLab{&lab{T: t, labDeployment: d, venvs: venvs, dir: t.TempDir(), values: keys, client: http.Client{
					Transport: &http.Transport{},
					Timeout:   20 * time.Second,
				}}}
				c.start()
				up := time.Since(began)
				for _, consumer := range s.consumers {
					c.sub(consumer.name+strings.ReplaceAll(consumer.path, "/", "."), func(c consumerLab) { c.try(consumer) })
				}
				for _, issue := range s.issues {
					c.sub("issues"+strings.ReplaceAll(issue.path, "/", ".")+"."+issue.member, func(c consumerLab) { c.judge(issue) })
				}
				t.Logf("%s: %s to start, %s in all", s.name, up.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
			})
		}
	})
	t.Logf("%s", time.Since(started).Round(time.Millisecond))
}

// TestLabConsumersHarness holds the test itself to account: a server that takes
// everything must not pass for any consumer, nor must one that takes nothing.
func TestLabConsumersHarness(t *testing.T) {
	keys := consumerPrepare(t)
	for name, status := range map[string]int{"takes everything": http.StatusOK, "takes nothing": http.StatusUnauthorized} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				w.WriteHeader(status)
			}))
			defer server.Close()
			c := consumerLab{&lab{T: t, labDeployment: &labDeployment{}, values: keys, url: server.URL}}
			for _, s := range consumerServers {
				for _, consumer := range s.consumers {
					found := 0
					for _, attempt := range c.attempts(consumer) {
						right := attempt.want == labAnswers{status: status}
						if mistake := c.ask(attempt); (mistake == "") != right {
							t.Errorf("%s%s, %s: the mistake is %q", consumer.name, consumer.path, attempt.name, mistake)
						} else if !right {
							found++
						}
					}
					if found == 0 {
						t.Errorf("%s%s: nothing was found to be wrong", consumer.name, consumer.path)
					}
				}
			}
		})
	}
}

// consumerPrepare makes the keys, and an issuer that publishes them. It returns the
// values for ${KEYS}, where they are, ${ISSUER}, ${RSA_KID} and ${EC_KID}.
func consumerPrepare(t *testing.T) map[string]string {
	keys, public := t.TempDir(), t.TempDir()
	x, values := interop{T: t, dir: keys}, map[string]string{"KEYS": keys}
	file := func(name string) string { return filepath.Join(keys, name) }
	x.write("secret.txt", []byte(labSecret()))
	x.write("foreign-secret.txt", []byte("a-test-secret-that-no-consumer-of-the-lab-has"))
	for name, algorithm := range map[string]string{"rsa": "RS256", "ec": "ES256"} {
		x.jwt(0, "key", "new", "-A", algorithm, "-o", file("foreign-"+name+".jwk"))
		x.jwt(0, "key", "new", "-A", algorithm, "-o", file(name+".jwk"))
		x.jwt(0, "key", "convert", file(name+".jwk"), "--to", "pem", "-o", file(name+".pem"))
		x.jwt(0, "key", "public", file(name+".jwk"), "--to", "pem", "-o", file(name+"-public.pem"))
		x.jwt(0, "key", "public", file(name+".jwk"), "-o", file(name+"-public.jwk"))
		var jwk struct{ Kid string }
		if err := json.Unmarshal(x.read(name+".jwk"), &jwk); err != nil {
			t.Fatal(err)
		}
		x.write(name+"-kid.txt", []byte(jwk.Kid))
		values[strings.ToUpper(name)+"_KID"] = jwk.Kid
	}
	x.jwt(0, "jwks", "make", file("rsa.jwk"), file("ec.jwk"), "-o", file("jwks.json"))
	if err := os.Mkdir(filepath.Join(public, ".well-known"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(public, ".well-known", "jwks.json"), x.read("jwks.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	issuer := httptest.NewServer(http.FileServer(http.Dir(public)))
	t.Cleanup(issuer.Close)
	values["ISSUER"] = issuer.URL
	return values
}

// consumerLab is servers that run.
type consumerLab struct{ *lab }

func (c consumerLab) sub(name string, test func(c consumerLab)) {
	c.Run(name, func(t *testing.T) {
		l := *c.lab
		l.T = t
		test(consumerLab{&l})
	})
}

// A consumerAttempt is one request, and how it is to be answered.
type consumerAttempt struct {
	name, path string
	header     http.Header
	form       url.Values
	times      int
	want       labAnswers
}

// try sends the token, and everything that is to be refused.
func (c consumerLab) try(consumer labConsumer) {
	for _, attempt := range c.attempts(consumer) {
		if mistake := c.ask(attempt); mistake != "" {
			c.Errorf("%s: %s", attempt.name, mistake)
		}
	}
}

// attempts are the token as it is, and all that must be refused. Each has a token of
// its own: some consumers take none twice.
func (c consumerLab) attempts(consumer labConsumer) []consumerAttempt {
	var all []consumerAttempt
	add := func(name, carry, token, access string, answers labAnswers, status int) {
		if carry == "" {
			carry = consumer.carry
		}
		if answers.status == 0 {
			answers.status = status
		}
		header, form := consumerCarriers[carry](token, access)
		all = append(all, consumerAttempt{name, consumer.path, header, form, 1, answers})
	}
	fresh := func() (token, access string) {
		values := map[string]string{"URL": c.url}
		if consumer.access != nil {
			access = c.signed(values, "rsa", consumer.access...)
			sum := sha256.Sum256([]byte(access))
			values["ATH"] = base64.RawURLEncoding.EncodeToString(sum[:]) // RFC 9449 §4.2
		}
		return c.signed(values, consumer.key, consumer.sign...), access
	}

	token, access := fresh()
	add("as it is", "", token, access, consumer.answers, http.StatusOK)
	if consumer.verify != nil {
		c.verified(token, consumer.key, consumer.verify...)
	}
	token, access = fresh()
	bad := map[string]string{
		"none":                 "",
		"three words":          "not.a.token",
		"key of somebody else": c.edited(token, labRefusal{}, "foreign-"+consumerKeys[consumer.key].file),
		"other claims":         c.forged(token),
		"unsigned":             c.renamed(token, "none"),
	}
	if consumer.key != "secret" {
		bad["public key as secret"] = c.confused(consumer.key, token)
	}
	for _, name := range slices.Sorted(maps.Keys(bad)) {
		answers, odd := consumer.odd[name]
		if !odd && consumer.answers.status != 0 {
			answers = consumer.answers // that it gives to everything
		}
		add(name, "", bad[name], access, answers, http.StatusUnauthorized)
	}
	for _, refusal := range consumer.refuses {
		token, access := fresh()
		if !refusal.again {
			token = c.edited(token, refusal, consumerKeys[consumer.key].file)
		}
		add(refusal.name, refusal.carry, token, access, refusal.answers, http.StatusUnauthorized)
		if refusal.again {
			all[len(all)-1].times++
		}
	}
	return all
}

// ask asks, and says what is wrong with the answer.
func (c consumerLab) ask(a consumerAttempt) (mistake string) {
	var status int
	var text string
	for range a.times {
		status, text = c.request(a)
	}
	if status != a.want.status || !strings.Contains(text, a.want.says) {
		text = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.[\w-]*`).ReplaceAllString(text, "<token>")
		return fmt.Sprintf("%d, want %d with %q:\n%s", status, a.want.status, a.want.says, text)
	}
	return ""
}

// request returns the status, and header and body as text.
func (c consumerLab) request(a consumerAttempt) (status int, text string) {
	c.Helper()
	method, body := http.MethodGet, ""
	if a.form != nil {
		method, body = http.MethodPost, a.form.Encode()
	}
	request, err := http.NewRequestWithContext(c.Context(), method, c.url+a.path, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	maps.Copy(request.Header, a.header)
	if a.form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return c.answer(request)
}

func (c consumerLab) answer(request *http.Request) (status int, text string) {
	c.Helper()
	response, err := c.client.Do(request)
	if err != nil {
		c.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	var all bytes.Buffer
	_ = response.Header.Write(&all)
	all.WriteString("\n")
	if _, err := io.Copy(&all, response.Body); err != nil {
		c.Fatal(err)
	}
	return response.StatusCode, all.String()
}

// signed is a token of ours.
func (c consumerLab) signed(values map[string]string, kind string, more ...string) string {
	c.Helper()
	args := append([]string{"sign", consumerKeys[kind].flag, "@${KEYS}/" + consumerKeys[kind].file}, more...)
	fill, always := labFill(values), labFill(c.values)
	for i, arg := range args {
		args[i] = always.Replace(fill.Replace(arg))
	}
	code, out, errs := c.run(args...)
	if code != 0 {
		c.Fatalf("jwt %s: exit code %d: %s", strings.Join(args, " "), code, errs)
	}
	return strings.TrimSpace(out)
}

// edited is a token with something changed. It is signed past the verb, which does
// not make all that must be refused.
func (c consumerLab) edited(token string, refusal labRefusal, file string) string {
	c.Helper()
	parts := strings.Split(token, ".")
	members := consumerMembers(parts[0])
	name, _ := members["alg"].(string)
	input := interopEncode(c.changed(members, refusal.header)) + "." + interopEncode(c.changed(consumerMembers(parts[1]), refusal.claims))
	data, err := os.ReadFile(filepath.Join(c.values["KEYS"], file))
	if err != nil {
		c.Fatal(err)
	}
	k, err := key.NewSecret(data) // which refuses what is a key of another kind
	if err != nil {
		set, err := key.Parse(data)
		if err != nil {
			c.Fatal(err)
		}
		k = set.Keys[0]
	}
	a, _ := alg.Lookup(name)
	signature, err := a.Sign(k, []byte(input))
	if err != nil {
		c.Fatal(err)
	}
	return input + "." + interopEncode(signature)
}

// changed are members with changes, as JSON.
func (c consumerLab) changed(members, changes map[string]any) []byte {
	c.Helper()
	for name, value := range changes {
		switch v := value.(type) {
		case time.Duration:
			value = time.Now().Add(v).Unix()
		case string:
			value = strings.ReplaceAll(v, "${URL}", c.url)
		}
		if members[name] = value; value == nil {
			delete(members, name)
		}
	}
	text, err := json.Marshal(members)
	if err != nil {
		c.Fatal(err)
	}
	return text
}

// consumerMembers reads a part of a token of ours.
func consumerMembers(part string) (members map[string]any) {
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		panic(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&members); err != nil {
		panic(err)
	}
	return members
}

// forged has other claims under the same signature.
func (c consumerLab) forged(token string) string {
	parts := strings.Split(token, ".")
	parts[1] = interopEncode(c.changed(consumerMembers(parts[1]), map[string]any{"admin": true}))
	return strings.Join(parts, ".")
}

// renamed says that it has another algorithm, and has no signature yet.
func (c consumerLab) renamed(token, algorithm string) string {
	parts := strings.Split(token, ".")
	return interopEncode(c.changed(consumerMembers(parts[0]), map[string]any{"alg": algorithm})) + "." + parts[1] + "."
}

// confused has a MAC with the public key as secret, which anybody can make: RFC 8725
// §2.1. Our own sign makes none.
func (c consumerLab) confused(kind, token string) string {
	c.Helper()
	public, err := os.ReadFile(filepath.Join(c.values["KEYS"], kind+"-public.pem"))
	if err != nil {
		c.Fatal(err)
	}
	input := strings.TrimSuffix(c.renamed(token, "HS256"), ".")
	mac := hmac.New(sha256.New, public)
	mac.Write([]byte(input))
	return input + "." + interopEncode(mac.Sum(nil))
}

// verified wants our own verify to take what the consumer takes.
func (c consumerLab) verified(token, kind string, more ...string) {
	c.Helper()
	args := slices.Concat([]string{"verify", consumerKeys[kind].flag, "@${KEYS}/" + consumerKeys[kind].file}, more, []string{token})
	fill := labFill(c.values)
	for i, arg := range args {
		args[i] = strings.ReplaceAll(fill.Replace(arg), "${URL}", c.url)
	}
	if code, out, errs := c.run(args...); code != 0 {
		c.Errorf("our own verify: exit code %d: %s%s", code, out, errs)
	}
}

// judge lets us verify a token that the consumer made.
func (c consumerLab) judge(issue consumerIssue) {
	request, err := http.NewRequestWithContext(c.Context(), http.MethodPost, c.url+issue.path, strings.NewReader(issue.json))
	if err != nil {
		c.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	status, text := c.answer(request)
	_, body, _ := strings.Cut(text, "\r\n\n")
	var members map[string]any
	if err := json.Unmarshal([]byte(body), &members); err != nil || status != http.StatusOK {
		c.Fatalf("%d: %v: %s", status, err, text)
	}
	token, _ := members[issue.member].(string)
	c.verified(token, issue.key, issue.verify...)
}

package knowledge

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// facts are the names that causes may use. Package diagnose has them with what
// they mean; there the two are held together.
var facts = []string{
	"stripped", "rejected", "intercepted", "altered", "server-apache", "server-mod-wsgi",
	"server-nginx", "front-apache", "server-hidden", "server-python", "family-python", "family-php",
	"cloudfront", "challenge-basic", "wrong-scheme", "scheme-case", "redirected", "redirect-login",
	"redirect-https", "redirect-host", "redirect-slash", "redirect-loop", "redirect-inside",
	"redirect-carrier", "too-large", "token-expired", "server-error", "intermittent",
	"reads-elsewhere", "trace-reflects", "trace-lacks", "checked-then-removed", "accepted",
	"token-quoted", "token-prefixed", "token-spaced", "token-cut", "token-shortened", "place-unsaid", "no-scheme-fits", "header-planted", "canary-cgi", "carrier-other", "clock-behind", "clock-ahead",
	"envoy", "istio", "kong", "tyk", "traefik", "oauth2-proxy", "mod-auth-openidc", "alb",
	"cloudflare-access", "easyauth", "apim", "symfony", "laravel", "server-iis", "server-tomcat",
	"server-apache-2.5", "server-mod-fastcgi", "server-caddy", "varnish", "squid", "vercel",
	"google-front", "spring-boot-1", "challenge-negotiate", "arrived-basic", "arrived-sigv4",
	"signature-removed", "signature-refused", "kube-proxy-url", "lambda-url-refused", "own-scheme",
	"preflight-refused", "http2-differs", "apigw-no-route", "sigv4-wanted", "apigw-remapped",
	"limit-gunicorn", "limit-haproxy", "limit-tomcat",
}

// data is what is embedded, from the disk.
var data = os.DirFS("data")

// base is all of it, with the samples.
func base(t testing.TB) *Base {
	t.Helper()
	b, err := Load(data, facts)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var update = flag.Bool("update", false, "rewrite data/known.json.gz")

// TestDefault: what comes with the program is every file on the disk, without what
// only tests need.
func TestDefault(t *testing.T) {
	want := base(t)
	for i := range want.Fingerprints {
		f := &want.Fingerprints[i]
		f.Yes, f.No, f.Overlaps, f.Source, f.Note = nil, nil, nil, nil, ""
	}
	const file = "data/known.json.gz"
	if *update {
		var zipped bytes.Buffer
		z, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		e := json.NewEncoder(z)
		e.SetEscapeHTML(false)
		if err := e.Encode(want); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, zipped.Bytes(), 0o644); err != nil { //nolint:gosec // a file of the source tree
			t.Fatal(err)
		}
		return
	}
	got, err := Default(facts)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s is stale; go test ./pkg/knowledge -run TestDefault -update rewrites it (-on disk +embedded):\n%s", file, diff)
	}
}

func ids[T any](list []T, id func(T) string) []string {
	all := make([]string, len(list))
	for i, one := range list {
		all[i] = id(one)
	}
	return all
}

// TestMatrix holds every fingerprint against the answers of every other. What
// matches a stranger's answer says so, on both sides, and nothing says so that
// does not.
func TestMatrix(t *testing.T) {
	b := base(t)
	overlaps := map[string][]string{}
	note := func(id, other string) {
		if id != other && !slices.Contains(overlaps[id], other) {
			overlaps[id] = append(overlaps[id], other)
		}
	}
	for i := range b.Fingerprints {
		f := &b.Fingerprints[i]
		for j := range f.Yes {
			found := b.Identify(&f.Yes[j])
			for _, other := range found {
				note(f.ID, other.ID)
				note(other.ID, f.ID)
			}
			if found[0] != f {
				t.Errorf("%s: its own answer yes[%d] is called %s first", f.ID, j, found[0].ID)
			}
		}
	}
	for _, f := range b.Fingerprints {
		slices.Sort(overlaps[f.ID])
		if diff := cmp.Diff(overlaps[f.ID], f.Overlaps); diff != "" {
			t.Errorf("%s (-overlaps +declared):\n%s", f.ID, diff)
		}
	}
}

// TestConclusive: stacks that give one answer to all are named, and prove
// nothing. Those whose answer without a header is given for nothing else do.
func TestConclusive(t *testing.T) {
	want := map[string]bool{
		// One answer for everything.
		"apigw.header-missing":                     false,
		"apigw.header-missing.route":               false,
		"appsync.header-missing":                   false,
		"aspnetcore.header-missing":                false, // IncludeErrorDetails may be off
		"azure-easyauth.header-missing":            false,
		"express.header-missing":                   false,
		"kubernetes.header-missing":                false,
		"laravel.header-missing":                   false,
		"micronaut.header-missing":                 false,
		"nestjs.header-missing":                    false,
		"passport-jwt.header-missing":              false,
		"rfc6750-bare.header-missing":              false, // Quarkus, ASP.NET Core
		"werkzeug.header-missing":                  false,
		"koa-jwt.header-missing":                   false, // another scheme gets another
		"devise-jwt.header-missing":                false, // so in older releases
		"elasticsearch.header-missing":             false, // while no realm takes Bearer
		"wso2.header-missing":                      false,
		"apigee.header-missing":                    false, // a missing key says it too
		"drf.header-missing":                       false, // Django OAuth Toolkit
		"fastapi.header-missing.403":               false, // API keys
		"fastapi.header-missing.api-key":           false,
		"flask-jwt-extended.header-missing.cookie": false,
		"gin-jwt.header-missing.cookie":            false,
		"jsonwebtoken.header-missing":              false,

		// One that is given for nothing else.
		"flask-jwt.header-missing":                    true,
		"flask-jwt-extended.header-missing":           true,
		"flask-jwt-extended.header-missing.locations": true,
		"auth0-flask.header-missing":                  true,
		"simplejwt.header-missing":                    true,
		"drf-jwt.header-missing":                      true,
		"fastapi.header-missing":                      true,
		"express-jwt.header-missing":                  true,
		"fastify-jwt.header-missing":                  true,
		"spring.header-missing":                       true,
		"go-jwt-middleware.header-missing":            true,
		"lexik.header-missing":                        true,
		"jwt-serve.header-missing":                    true,

		// What shows that the header was seen is no missing header.
		"flask-jwt.wrong-scheme":   false,
		"simplejwt.token-rejected": false,
		"apache.other-layer":       false,
	}
	for _, f := range base(t).Fingerprints {
		if conclusive, ok := want[f.ID]; ok && f.Conclusive() != conclusive {
			t.Errorf("%s: Conclusive is %v", f.ID, f.Conclusive())
		}
		delete(want, f.ID)
	}
	if len(want) > 0 {
		t.Errorf("not there: %v", want)
	}
}

// TestSchemes: where another scheme counts as no header, or is refused, what the
// product wants must be known, or nobody could be told to use it.
func TestSchemes(t *testing.T) {
	for _, f := range base(t).Fingerprints {
		switch {
		case f.Scheme != "":
		case f.Says == WrongScheme:
			t.Errorf("%s: refuses a scheme, and does not say which one it wants", f.ID)
		case f.Conclusive() && slices.Contains(f.Alike, WrongScheme):
			t.Errorf("%s: is blind to schemes, and does not say which one it wants", f.ID)
		case f.CaseSensitive:
			t.Errorf("%s: compares what it does not want", f.ID)
		}
		if f.NamesScheme && f.Says != WrongScheme {
			t.Errorf("%s: names a scheme without refusing one", f.ID)
		}
		if slices.Contains(f.Alike, f.Says) {
			t.Errorf("%s: says what it says, and %s too", f.ID, f.Says)
		}
	}
}

// TestMarks: in a record a mark stands for what was sent, and what an application
// says that looks like one is changed. So nothing can be asked for that has one.
func TestMarks(t *testing.T) {
	for _, f := range base(t).Fingerprints {
		texts := slices.Clone(f.Match.Body)
		for _, part := range f.Match.Header {
			texts = append(texts, part)
		}
		if f.Match.Challenge != nil {
			for _, part := range f.Match.Challenge.Params {
				texts = append(texts, part)
			}
		}
		if slices.ContainsFunc(texts, wire.HasMark) {
			t.Errorf("%s: no record has %q", f.ID, texts)
		}
	}
}

// TestNobody: answers that many give are nobody's, or prove nothing.
func TestNobody(t *testing.T) {
	b := base(t)
	fields := func(pairs ...string) []wire.Field {
		var list []wire.Field
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, wire.Field{Name: pairs[i], Value: pairs[i+1]})
		}
		return list
	}
	for _, test := range []struct {
		name   string
		answer wire.Response
		want   []string
	}{
		{"nothing but a status", wire.Response{Status: 401}, nil},
		{"a body that says no more", wire.Response{Status: 401, Header: fields("Content-Type", "application/json"), Body: `{"error":"Unauthorized"}`}, nil},
		{"a message that says no more", wire.Response{Status: 401, Header: fields("Content-Type", "application/json"), Body: `{"message":"Unauthorized"}`}, nil},
		{"forbidden", wire.Response{Status: 403, Header: fields("Server", "nginx"), Body: "<html><head><title>403 Forbidden</title></head></html>"}, nil},
		{"not found", wire.Response{Status: 404, Body: `{"detail":"Not found."}`}, nil},
		{"let in, with words of a refusal", wire.Response{Status: 200, Body: `{"msg":"Missing Authorization Header"}`}, nil},
		{"a login page", wire.Response{Status: 302, Header: fields("Location", "/login?next=/me")}, nil},
		{"a Basic login that gives no name", wire.Response{Status: 401, Header: fields("WWW-Authenticate", `Basic realm="x"`), Body: "401 Unauthorized\n"}, nil},
		{"a gateway of AWS, or anybody", wire.Response{Status: 401, Header: fields("Content-Type", "application/json", "www-authenticate", "Bearer"), Body: `{"message":"Unauthorized"}`}, []string{"rfc6750-bare.header-missing"}},
		{"a bare challenge with some of Spring's fields", wire.Response{Status: 401, Header: fields("WWW-Authenticate", "Bearer", "X-Content-Type-Options", "nosniff", "Cache-Control", "no-store", "Pragma", "no-cache")}, []string{"rfc6750-bare.header-missing"}},
		{"its challenge where a gateway has put it", wire.Response{Status: 401, Header: fields("x-amzn-Remapped-WWW-Authenticate", `Bearer error="invalid_token"`)}, []string{"rfc6750.token-rejected"}},
		{"the token in the text of nobody known", wire.Response{Status: 401, Header: fields("WWW-Authenticate", `Bearer error="invalid_token", error_description="the access token has expired"`)}, []string{"rfc6750.expired", "rfc6750.token-rejected"}},
	} {
		found := ids(b.Identify(&test.answer), func(f *Fingerprint) string { return f.ID })
		if len(found) == 0 {
			found = nil
		}
		if diff := cmp.Diff(test.want, found); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// TestArchetype: a Python application behind Apache that sees no header has most
// likely met the default of mod_wsgi.
func TestArchetype(t *testing.T) {
	all := base(t).Causes
	i := slices.IndexFunc(all, func(c Cause) bool { return c.ID == "apache-mod-wsgi-passauth-off" })
	if i < 0 {
		t.Fatal("it is not there")
	}
	it := all[i]
	if diff := cmp.Diff([]string{"WSGIPassAuthorization On"}, it.Fix); diff != "" {
		t.Error(diff)
	}
	for _, part := range []string{"apachectl -S", "grep -Rn WSGIPassAuthorization /etc/apache2 /etc/httpd"} {
		if !strings.Contains(it.Check, part) {
			t.Errorf("the check does not have %s", part)
		}
	}
	for _, c := range all {
		// Of all that could hold together with it, nothing rests on more facts, and
		// nothing on as many is more common.
		if c.ID == it.ID || !slices.Contains(c.When, "stripped") || slices.Contains(c.When, "family-php") {
			continue
		}
		if len(c.When) > len(it.When) || len(c.When) == len(it.When) && c.Prior >= it.Prior {
			t.Errorf("%s stands before it", c.ID)
		}
	}
}

// Files that are right, for the test that makes them wrong.
const (
	rightFingerprint = `{
		"id": "x.header-missing", "product": "x", "name": "X", "layer": "app", "says": "header-missing",
		"match": {"status": [401], "body": ["no token"]},
		"yes": [{"status": 401, "header": [], "body": "there is no token"}],
		"no": [{"status": 401, "header": [], "body": "a bad token"}],
		"source": ["x/x:x.go"]
	}`
	rightCause = `{
		"id": "y", "title": "y takes it", "when": ["stripped"], "prior": 50, "fix": ["y off"], "where": "in y", "check": "grep y",
		"why": "because", "source": ["y/y:y.go"], "mark": "SRC"
	}`
)

func load(fingerprint, cause string, facts ...string) error {
	_, err := Load(fstest.MapFS{
		"fingerprints/x.header-missing.json": {Data: []byte(fingerprint)},
		"causes/y.json":                      {Data: []byte(cause)},
	}, facts)
	return err
}

func TestLoadIsStrict(t *testing.T) {
	if err := load(rightFingerprint, rightCause, "stripped"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, from, to, want string }{
		{"no JSON", `"id": "x.header-missing",`, `"id" "x",`, "is not JSON"},
		{"something behind it", `"source": ["x/x:x.go"]`, `"source": ["x/x:x.go"]} {`, "goes on"},
		{"unknown member", `"name": "X"`, `"name": "X", "colour": "red"`, "unknown field"},
		{"unknown member inside", `"status": [401], "body"`, `"status": [401], "boby": ["x"], "body"`, "unknown field"},
		{"duplicate member", `"name": "X"`, `"name": "X", "name": "Y"`, "twice"},
		{"another id than the file", `"id": "x.header-missing"`, `"id": "x.malformed"`, "has the id"},
		{"an id of another product", `"product": "x"`, `"product": "z"`, "the id is not"},
		{"an id that says something else", `"says": "header-missing"`, `"says": "malformed"`, "the id is not"},
		{"unknown in alike", `"layer": "app"`, `"layer": "app", "alike": ["nonsense"]`, "none of"},
		{"no layer", `"layer": "app"`, `"layer": ""`, "layer"},
		{"no name", `"name": "X"`, `"name": ""`, "no name"},
		{"no source", `["x/x:x.go"]`, `[]`, "no source"},
		{"no sample", `[{"status": 401, "header": [], "body": "there is no token"}]`, `[]`, "no sample"},
		{"no counter-sample", `[{"status": 401, "header": [], "body": "a bad token"}]`, `[]`, "no sample"},
		{"a sample it does not match", `"there is no token"`, `"there is none"`, "yes[0]"},
		{"a counter-sample it matches", `"a bad token"`, `"a bad or no token"`, "no[0]"},
		{"a status alone", `, "body": ["no token"]`, ``, "status alone"},
		{"a status alone, with an empty text", `["no token"]`, `[""]`, "empty text"},
		{"no status", `"status": [401], `, ``, "status alone"},
		{"a challenge of no scheme", `"status": [401], `, `"status": [401], "challenge": {}, `, "no scheme"},

		{"unknown fact", `["stripped"]`, `["stripped", "moonlight"]`, `"moonlight", which does not exist`},
		{"unknown fact in unless", `["stripped"]`, `["stripped"], "unless": ["moonlight"]`, `"moonlight", which does not exist`},
		{"no fact", `["stripped"]`, `[]`, "no title, reason, source or condition"},
		{"another id than the cause's file", `"id": "y"`, `"id": "z"`, "has the id"},
		{"no title", `"y takes it"`, `""`, "no title"},
		{"no reason", `"because"`, `""`, "no title, reason"},
		{"a cause without source", `["y/y:y.go"]`, `[]`, "no title, reason, source"},
		{"a mark of what nobody checked", `"SRC"`, `"U"`, "is marked"},
		{"a cause without fix", `"fix": ["y off"], `, ``, "a cause has a fix"},
		{"a fix for what is no cause", `"prior": 50`, `"prior": 50, "not_a_cause": true`, "a cause has a fix"},
		{"no place for the fix", `"where": "in y", `, ``, "where the fix goes"},
		{"no check", `"check": "grep y",`, ``, "how to check"},
		{"too common", `"prior": 50`, `"prior": 101`, "prior"},
		{"an unknown member of a cause", `"prior": 50`, `"prior": 50, "certainty": 0.93`, "unknown field"},
	} {
		fingerprint, cause := strings.Replace(rightFingerprint, test.from, test.to, 1), strings.Replace(rightCause, test.from, test.to, 1)
		if fingerprint == rightFingerprint && cause == rightCause {
			t.Fatalf("%s: nothing was changed", test.name)
		}
		if err := load(fingerprint, cause, "stripped"); err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), ".json: ") {
			t.Errorf("%s: %v; want the file and %q", test.name, err, test.want)
		}
	}
	if err := load(rightFingerprint, rightCause, "stripped", "rejected"); err == nil || !strings.Contains(err.Error(), `"rejected"`) {
		t.Errorf("unused fact: %v", err)
	}

	// Both name an unknown thing to say alike, so that it is the word that is refused.
	unknown := strings.ReplaceAll(rightFingerprint, "header-missing", "header-lost")
	_, err := Load(fstest.MapFS{"fingerprints/x.header-lost.json": {Data: []byte(unknown)}}, nil)
	if err == nil || !strings.Contains(err.Error(), `says "header-lost"`) {
		t.Errorf("unknown says: %v", err)
	}
}

func TestMatches(t *testing.T) {
	answer := wire.Response{
		Status: 401,
		Header: []wire.Field{{Name: "www-authenticate", Value: `Basic realm="a", Bearer realm="api", error="invalid_token"`}, {Name: "server", Value: "envoy"}},
		Body:   "Jwt is expired",
	}
	for _, test := range []struct {
		name  string
		match Match
		want  bool
	}{
		{"status", Match{Status: []int{401, 403}}, true},
		{"another status", Match{Status: []int{403}}, false},
		{"a part of the body", Match{Status: []int{401}, Body: []string{"Jwt", "expired"}}, true},
		{"not all of it", Match{Status: []int{401}, Body: []string{"Jwt", "missing"}}, false},
		{"another case", Match{Status: []int{401}, Body: []string{"JWT"}}, false},
		{"a field by its name in any case", Match{Status: []int{401}, Header: map[string]string{"Server": "env"}}, true},
		{"that a field is there", Match{Status: []int{401}, Header: map[string]string{"Server": ""}}, true},
		{"a field that is not there", Match{Status: []int{401}, Header: map[string]string{"Via": ""}}, false},
		{"the second challenge", Match{Status: []int{401}, Challenge: &Challenge{Scheme: "bearer"}}, true},
		{"its parameters", Match{Status: []int{401}, Challenge: &Challenge{Scheme: "Bearer", Params: map[string]string{"Error": "invalid_"}}}, true},
		{"those of the first", Match{Status: []int{401}, Challenge: &Challenge{Scheme: "Basic", Params: map[string]string{"error": "invalid_token"}}}, false},
		{"a parameter it must not have", Match{Status: []int{401}, Challenge: &Challenge{Scheme: "Bearer", Without: []string{"ERROR"}}}, false},
		{"one that it has not", Match{Status: []int{401}, Challenge: &Challenge{Scheme: "Bearer", Without: []string{"scope"}}}, true},
		{"another scheme", Match{Status: []int{401}, Challenge: &Challenge{Scheme: "JWT"}}, false},
		{"no challenge", Match{Status: []int{401}, NoChallenge: true}, false},
		{"an empty body", Match{Status: []int{401}, EmptyBody: true}, false},
	} {
		if got := test.match.matches(&answer); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
	blank := wire.Response{Status: 401, Body: " \r\n"}
	if m := (Match{Status: []int{401}, NoChallenge: true, EmptyBody: true}); !m.matches(&blank) {
		t.Error("white space is no body, and no field is no challenge")
	}
}

func TestSeen(t *testing.T) {
	for _, s := range allSays {
		if want := s != HeaderMissing && s != OtherLayer; s.Seen() != want {
			t.Errorf("%s: Seen is %v", s, s.Seen())
		}
	}
	if Says("").Seen() || Says("nonsense").Seen() {
		t.Error("what is not known shows nothing")
	}
}

func FuzzIdentify(f *testing.F) {
	b := base(f)
	f.Add(401, `Bearer error="invalid_token"`, `{"msg":"Token has expired"}`)
	f.Add(401, `Basic realm="a", JWT realm="api"`, "")
	f.Fuzz(func(t *testing.T, status int, challenge, body string) {
		r := wire.Response{Status: status, Header: []wire.Field{{Name: "WWW-Authenticate", Value: challenge}}, Body: body}
		for _, found := range b.Identify(&r) {
			if !slices.Contains(found.Match.Status, status) {
				t.Errorf("%s for the status %d", found.ID, status)
			}
		}
	})
}

func BenchmarkDefault(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Default(facts); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIdentify(b *testing.B) {
	knows := base(b)
	answer := wire.Response{
		Status: 401,
		Header: []wire.Field{{Name: "Content-Type", Value: "application/json"}, {Name: "WWW-Authenticate", Value: `Bearer realm="api"`}},
		Body:   `{"detail":"Authentication credentials were not provided."}`,
	}
	b.ReportAllocs()
	for b.Loop() {
		if len(knows.Identify(&answer)) == 0 {
			b.Fatal("it is not known")
		}
	}
}

// TestKnown: what is known is not forgotten. A file that is taken out, or one that is
// new, is a line in the list.
func TestKnown(t *testing.T) {
	want, err := os.ReadFile("../../testdata/golden/knowledge.txt")
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(data, "*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for i, file := range files {
		files[i] = strings.TrimSuffix(file, ".json")
	}
	slices.Sort(files)
	if diff := cmp.Diff(strings.Fields(string(want)), files); diff != "" {
		t.Errorf("testdata/golden/knowledge.txt (-) and pkg/knowledge/data (+):\n%s", diff)
	}
}

// own are files of a user.
func own(files ...string) fstest.MapFS {
	all := fstest.MapFS{}
	for i := 0; i+1 < len(files); i += 2 {
		all[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return all
}

func TestWith(t *testing.T) {
	known, err := Default(facts)
	if err != nil {
		t.Fatal(err)
	}
	before := len(known.Causes)
	more, err := known.With(own("fingerprints/x.header-missing.json", rightFingerprint, "causes/y.json", rightCause, "causes/README.md", "not read"), facts)
	if err != nil {
		t.Fatal(err)
	}
	found := more.Identify(&wire.Response{Status: 401, Body: "no token"})
	if len(found) != 1 || found[0].ID != "x.header-missing" {
		t.Errorf("its fingerprint is not found: %v", found)
	}
	if len(more.Causes) != before+1 || len(known.Causes) != before || !slices.IsSortedFunc(more.Causes, func(x, y Cause) int { return strings.Compare(x.ID, y.ID) }) {
		t.Errorf("%d causes of %d, and %d are known without it", len(more.Causes), before, len(known.Causes))
	}
	if _, err := known.With(own("causes/y.json", rightCause), facts); err != nil {
		t.Errorf("causes alone: %v", err)
	}

	taken := strings.NewReplacer("x.header-missing", "flask-jwt.header-missing", `"product": "x"`, `"product": "flask-jwt"`).Replace(rightFingerprint)
	many := fstest.MapFS{}
	for i := range maxFiles + 1 {
		many[fmt.Sprintf("causes/%d.json", i)] = &fstest.MapFile{Data: []byte(rightCause)}
	}
	for _, test := range []struct {
		name  string
		files fstest.MapFS
		want  string
	}{
		{"a known fingerprint", own("fingerprints/flask-jwt.header-missing.json", taken), "fingerprints/flask-jwt.header-missing.json: the id flask-jwt.header-missing is taken"},
		{"a known cause", own("causes/wrong-scheme.json", strings.Replace(rightCause, `"y"`, `"wrong-scheme"`, 1)), "causes/wrong-scheme.json: the id wrong-scheme is taken"},
		{"a sample it does not match", own("fingerprints/x.header-missing.json", strings.Replace(rightFingerprint, "there is no token", "there is none", 1)), "x.header-missing.json: does not match its sample yes[0]"},
		{"an unknown fact", own("causes/y.json", strings.Replace(rightCause, `["stripped"]`, `["moonlight"]`, 1)), `causes/y.json: names the fact "moonlight", which does not exist; there are stripped, rejected,`},
		{"a long file", own("causes/y.json", rightCause+strings.Repeat(" ", maxFile)), "causes/y.json: is longer than 1048576 bytes"},
		{"many files", many, "causes: there are more than 1000 files"},
		{"a folder for a file", own("causes/y.json/z", rightCause), "causes/y.json: is not a file"},
		{"a file for a folder", own("causes", rightCause), "causes: is no folder"},
		{"nothing", own("README.md", "soon"), "there is no fingerprints/*.json and no causes/*.json"},
	} {
		if _, err := known.With(test.files, facts); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v; want %q", test.name, err, test.want)
		}
	}
}

// TestWithLinks: a link leads where its owner says. What is no file at its end, such as
// a pipe, is not waited for.
func TestWithLinks(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(dir+"/own/causes", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/elsewhere", []byte(rightCause), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(dir+"/elsewhere", dir+"/own/causes/y.json"); err != nil {
		t.Skip(err) // not everybody may, on Windows
	}
	known := &Base{}
	if _, err := known.With(os.DirFS(dir+"/own"), facts); err != nil {
		t.Error(err)
	}
	for target, want := range map[string]string{os.DevNull: "causes/z.json: is not a file", dir + "/nowhere": "causes/z.json: no such file"} {
		link := dir + "/own/causes/z.json"
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
		if _, err := known.With(os.DirFS(dir+"/own"), facts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a link to %s: %v", target, err)
		}
		if err := os.Remove(link); err != nil {
			t.Fatal(err)
		}
	}
}

// FuzzWith: whatever stands in a user's files, it is refused or it holds.
func FuzzWith(f *testing.F) {
	f.Add([]byte(rightFingerprint), []byte(rightCause))
	f.Add([]byte(`{"id":"x.header-missing"}`), []byte(`{"id":"y","when":[]}`))
	f.Fuzz(func(t *testing.T, fingerprint, cause []byte) {
		base, err := (&Base{}).With(fstest.MapFS{
			"fingerprints/x.header-missing.json": {Data: fingerprint},
			"causes/y.json":                      {Data: cause},
		}, facts)
		if err != nil {
			return
		}
		for i := range base.Fingerprints[0].Yes {
			if len(base.Identify(&base.Fingerprints[0].Yes[i])) == 0 {
				t.Errorf("its sample yes[%d] is nobody's", i)
			}
		}
	})
}

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
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/jwt-toolkit/jwt/pkg/probe"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// words are those of all commands, as one list for each.
func words(commands [][]shellWord) [][]string {
	var lists [][]string
	for _, command := range commands {
		var list []string
		for _, w := range command {
			list = append(list, w.text)
		}
		lists = append(lists, list)
	}
	return lists
}

// TestShellCommands: words are what bash makes of them, which is asked if it is there.
func TestShellCommands(t *testing.T) {
	bash, _ := exec.LookPath("bash")
	for _, test := range []struct {
		text string
		want []string
	}{
		{`a b  c`, []string{"a", "b", "c"}},
		{"a\tb \\\n  c", []string{"a", "b", "c"}},
		{"a \\\r\n  b\r\n", []string{"a", "b"}},
		{`'a b' "c d" e\ f`, []string{"a b", "c d", "e f"}},
		{`'' "" x''y`, []string{"", "", "xy"}},
		{`"a\"b\\c\$d\e" '\n'`, []string{`a"b\c$d\e`, `\n`}},
		{`'it'\''s'`, []string{"it's"}},
		{`$'a\'b\n\t\\\u00e9\x41\101\e\cA\q' $"x"`, []string{"a'b\n\t\\\u00e9AA\x1b\x01\\q", "x"}},
		{`$'\u0021\u4e16\U0001F600\x4'`, []string{"!世😀\x04"}},
		{`a$ "b$" 'c$d'`, []string{"a$", "b$", "c$d"}},
		{`a#b # the rest`, []string{"a#b"}},
		{"# first\na", []string{"a"}},
		{`{"x":1}`, []string{"{x:1}"}},
		{"\"a\\\nb\"", []string{"ab"}},
	} {
		commands, _, err := shellCommands(test.text)
		if err != nil || len(commands) != 1 {
			t.Errorf("%q: %v, %v", test.text, commands, err)
			continue
		}
		if diff := gocmp.Diff(test.want, words(commands)[0]); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, diff)
		}
		if bash == "" || strings.Contains(test.text, "\r") || strings.HasPrefix(test.text, "#") { // to bash a CR is a character
			continue
		}
		command := exec.Command(bash, "--norc", "-c", `printf '%s\0' `+test.text)
		command.Env = []string{"LC_ALL=C.UTF-8"}
		out, err := command.Output()
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(test.want, strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")); diff != "" {
			t.Errorf("bash reads %q otherwise (-want +bash):\n%s", test.text, diff)
		}
	}
	for text, want := range map[string]string{
		"a $(b)":                    "$( has a command run",
		"a `b`":                     "has a command run",
		"a \"`b`\"":                 "has a command run",
		`a "${b:-$(c)}"`:            "${ with a command in it",
		`a "b`:                      "a double quote is not closed",
		`a 'b`:                      "a single quote is not closed",
		"a\nb 'c":                   "line 2: a single quote",
		`a $'b`:                     "a $' quote is not closed",
		`a ${b`:                     "a ${ is not closed",
		`a http://x/?a=1&b=2`:       "an & outside of quotes",
		`a > b`:                     "a > outside of quotes",
		`a <(b)`:                    "a < outside of quotes",
		"a ^\n\"%TOKEN%\"":          "%TOKEN% is not expanded",
		"a ^\"b^\" > c":             "a > outside of quotes, which cmd.exe",
		"curl ^\n \"http://x/\" \"": "a double quote is not closed",
	} {
		if _, _, err := shellCommands(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	for text, want := range map[string]string{`a $b_1/c`: "$b_1", `a "x${b}"`: "${b}", `a $1`: "$1", `a "$@"`: "$@", `a '$b'`: "", `a \$b "\$c"`: ""} {
		commands, _, err := shellCommands(text)
		if err != nil || commands[0][1].variable != want {
			t.Errorf("%q: %+v, %v", text, commands, err)
		}
	}
	if commands, piped, err := shellCommands("a b | jq . > c"); err != nil || !piped || len(commands) != 1 {
		t.Errorf("a pipe: %v, %v, %v", commands, piped, err)
	}
	if commands, _, err := shellCommands("a b ;\nc &\nd && e"); err != nil || len(commands) != 4 {
		t.Errorf("several: %v, %v", commands, err)
	}
}

// TestManyEscapes: what is read of a line is not copied for each escape in it.
func TestManyEscapes(t *testing.T) {
	line := "$'" + strings.Repeat(`\101`, 1000) + "'"
	allocations := testing.AllocsPerRun(1, func() {
		if commands, _, err := shellCommands(line); err != nil || commands[0][0].text != strings.Repeat("A", 1000) {
			t.Error(commands, err)
		}
	})
	if allocations > 100 {
		t.Errorf("%.0f allocations for 1000 escapes", allocations)
	}
}

// TestCmdExe: what Chrome writes for cmd.exe, of now and of years ago.
func TestCmdExe(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{"curl ^\"https://x/?a=1^&b=^%^20c^\" ^\r\n  -H ^\"a: ^\\^\"b^\\^\"^\" ^\r\n  --data-raw ^\"^{^\\^\"c^\\^\":^\\^\"d^\n\ne^\\^\\^\\^\"^\\^\"^}^\"",
			[]string{"curl", "https://x/?a=1&b=%20c", "-H", `a: "b"`, "--data-raw", "{\"c\":\"d\ne\\\"\"}"}},
		{"curl \"https://x/?a=1&b=2\" ^\n  -H \"a: b^c\" --data-binary \"{\\\"k\\\":\\\"C:\\\\\\\\x\\\"}\" --compressed",
			[]string{"curl", "https://x/?a=1&b=2", "-H", "a: b^c", "--data-binary", `{"k":"C:\\\\x"}`, "--compressed"}},
	} {
		commands, _, err := shellCommands(test.text)
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		if diff := gocmp.Diff([][]string{test.want}, words(commands)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, diff)
		}
	}
}

// FuzzShellCommands: no text makes the reader fail otherwise than with its error, what
// is quoted is read back as it was, and no line reads the value of a variable.
func FuzzShellCommands(f *testing.F) {
	for _, seed := range []string{`curl 'http://x/' -H 'a: b'`, `$'\u0021\x4'`, "a ^\"b^\"", "\\\n", `"${x}"`, "a | b", "$", "\\", `'`, "%a%", "a\r\n", `^`, "^\r"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, _, err := shellCommands(text); err != nil && !is[*shellError](err) {
			t.Errorf("%q: %v", text, err)
		}
		if _, err := parseCurl("curl " + text); err != nil && hintFor(err) == "" && err.Error() == "" {
			t.Errorf("%q: an error that says nothing", text)
		}
		for want, quoted := range map[string]string{text: quoteForShell(text), text + "$X": shellText{{literal: text}, {variable: "X"}}.String()} {
			r := shellReader{rest: quoted, line: 1}
			commands, _, err := r.bash()
			if err != nil || len(commands) != 1 || len(commands[0]) != 1 || commands[0][0].text != want {
				t.Errorf("%q is quoted as %s and read as %+v, %v", text, quoted, commands, err)
			}
		}
	})
}

// TestParseCurl: lines as programs write them.
func TestParseCurl(t *testing.T) {
	for _, test := range []struct {
		name, line string
		want       []string // method, URL, then fields, then the body
		auth       string
	}{
		{"Chrome", `curl 'https://api.example.com/orders?page=2' \
  -H 'accept: application/json, text/plain, */*' \
  -H 'accept-language: en-GB,en;q=0.9' \
  -H 'authorization: Bearer eyJ.a.b' \
  -b 'session=abc; theme=dark' \
  -H 'origin: https://app.example.com' \
  -H 'sec-fetch-mode: cors' \
  -H 'user-agent: Mozilla/5.0' \
  --data-raw $'{"name":"O\'Brien\u0021"}'`,
			[]string{"POST", "https://api.example.com/orders?page=2", "accept: application/json, text/plain, */*", "Cookie: session=abc; theme=dark", "origin: https://app.example.com", "sec-fetch-mode: cors", "Content-Type: application/x-www-form-urlencoded", `{"name":"O'Brien!"}`}, "Bearer eyJ.a.b"},
		{"Chrome of years ago", `curl 'https://api.example.com/' -H 'authority: api.example.com' -H ':method: GET' -H 'accept: */*' --compressed --insecure`,
			[]string{"", "https://api.example.com/"}, ""},
		{"Firefox", `curl 'https://api.example.com/me' --compressed -X POST -H 'User-Agent: Mozilla/5.0' -H 'Accept: text/html,*/*' -H 'Authorization: Bearer eyJ.a.b' -H 'Connection: keep-alive' -H 'Content-Type: application/json' --data-raw '{}'`,
			[]string{"POST", "https://api.example.com/me", "Content-Type: application/json", "{}"}, "Bearer eyJ.a.b"},
		{"Safari", "curl 'https://api.example.com/me' \\\n-X 'GET' \\\n-H 'Accept: application/json' \\\n-H 'Authorization: Bearer eyJ.a.b' \\\n-H 'Priority: u=3, i'",
			[]string{"GET", "https://api.example.com/me", "Priority: u=3, i"}, "Bearer eyJ.a.b"},
		{"Postman", "curl --location --request PUT 'https://api.example.com/me' \\\n--header 'Authorization: Bearer eyJ.a.b' \\\n--header 'Content-Type: application/json' \\\n--data '{\n    \"a\": 1\n}'",
			[]string{"PUT", "https://api.example.com/me", "Content-Type: application/json", "{\n    \"a\": 1\n}"}, "Bearer eyJ.a.b"},
		{"Insomnia", "curl --request GET \\\n  --url https://api.example.com/me \\\n  --header 'Authorization: Bearer eyJ.a.b' \\\n  --header 'User-Agent: insomnia/10' \\\n  --cookie a=b",
			[]string{"GET", "https://api.example.com/me", "Cookie: a=b"}, "Bearer eyJ.a.b"},
		{"a person", `$ curl -sSLi -XDELETE -H"X-Key: k" --oauth2-bearer eyJ.a.b localhost:8000/me -o /dev/null -w '%{http_code}\n' | jq .`,
			[]string{"DELETE", "http://localhost:8000/me", "X-Key: k"}, "Bearer eyJ.a.b"},
		{"-G", `curl -G https://x.example/s -d q=a --data-urlencode 'r=b c&' --data-urlencode '=d e'`,
			[]string{"", "https://x.example/s?q=a&r=b%20c%26&d%20e"}, ""},
		{"--json", `curl --json '{"a":' --json '1}' https://x.example/`,
			[]string{"POST", "https://x.example/", "Accept: application/json", "Content-Type: application/json", `{"a":1}`}, ""},
		{"-d twice, and no type", `curl -d a=1 -d b=2 -H 'Content-Type:' https://x.example/#part`, []string{"POST", "https://x.example/", "a=1&b=2"}, ""},
		{"an empty field, and Host", `curl -H 'X-Empty;' -H 'Host: y.example' https://x.example`, []string{"", "https://x.example", "X-Empty: ", "Host: y.example"}, ""},
		{"its own host", `curl --no-compressed -I -H 'Host: x.example' -e https://y.example/ https://x.example/`, []string{"HEAD", "https://x.example/", "Referer: https://y.example/"}, ""},
	} {
		r, err := parseCurl(test.line)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		got := []string{r.method, r.url}
		for _, f := range r.header {
			got = append(got, f.Name+": "+f.Value)
		}
		if len(r.data) > 0 {
			got = append(got, r.body())
		}
		if diff := gocmp.Diff(test.want, got); diff != "" || r.authorization != test.auth {
			t.Errorf("%s: Authorization %q (-want +got):\n%s", test.name, r.authorization, diff)
		}
	}
	for line, want := range map[string]string{
		`curl http://a/ http://b/`:                         "has two URLs",
		`curl -H 'a: b'`:                                   "has no URL",
		`curl http://a/ -H`:                                "-H of the curl line has no value",
		`curl --frobnicate http://a/`:                      "has --frobnicate, which is not known here",
		`curl -sZ http://a/`:                               "has -Z, which is not known here",
		`curl --header=a:b http://a/`:                      "has an option, which is not known here",
		`curl -u alice:secret http://a/`:                   "Basic credentials stand where the token stands",
		`curl http://alice:secret@a/`:                      "has a user in it",
		`curl -b jar.txt http://a/`:                        "has a file read",
		`curl -H @fields http://a/`:                        "has a file read",
		`curl -F a=b http://a/`:                            "a multipart form is not sent",
		`curl http://a/ ; curl http://b/`:                  "there are 2 curl lines",
		`curl http://a/ --next http://b/`:                  "several requests",
		`cd x; curl http://a/`:                             "a command that is not curl",
		`# curl http://a/`:                                 "there is no curl line",
		`curl "http://$HOST/"`:                             "$HOST is not expanded in the URL",
		`curl -H 'Authorization: a' -H 'Authorization: b'`: "two Authorization headers",
		`Invoke-WebRequest -Uri http://a/`:                 "this is PowerShell",
		`fetch("http://a/")`:                               "this is JavaScript",
		`curl -G -d @x http://a/`:                          "stands in a file",
	} {
		if _, err := parseCurl(line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", line, err, want)
		}
	}
}

// An arrival is a request as it came to a server.
type arrival struct {
	Method, URI, Host, Body string
	Length                  int64
	Header                  map[string][]string
}

const planToken = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlLXRoYXQtaXMtbm9uZQ"

var (
	// madeUp is what the probe makes up anew for each request; a plan has a word for it.
	madeUp = regexp.MustCompile(`\b[A-Z2-7]{26}`)
	// resigned is the token with a signature that is made up.
	resigned = regexp.MustCompile(regexp.QuoteMeta(planToken[:strings.LastIndexByte(planToken, '.')+1]) + `[\w-]*`)
)

// asPlanned is a text that arrived, with what is made up as it is planned.
func asPlanned(text string) string {
	return resigned.ReplaceAllStringFunc(madeUp.ReplaceAllString(text, "jwt-probe"), func(found string) string {
		if found == planToken {
			return found
		}
		return "(signed again)"
	})
}

// planServer refuses whatever comes, and keeps it.
func planServer(t *testing.T) (address string, arrived func() []arrival) {
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s here", tool)
		}
	}
	var mu sync.Mutex
	var list []arrival
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		header := r.Header.Clone()
		for _, own := range []string{"User-Agent", "Connection"} {
			header.Del(own)
		}
		for name, values := range header {
			for i := range values {
				header[name][i] = asPlanned(padded(name, values[i]))
			}
		}
		mu.Lock()
		defer mu.Unlock()
		list = append(list, arrival{r.Method, asPlanned(r.RequestURI), r.Host, string(body), r.ContentLength, header})
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []arrival {
		mu.Lock()
		defer mu.Unlock()
		got := list
		list = nil
		return got
	}
}

// padded is a value of a field that is only long, as its length.
func padded(name, value string) string {
	if name == "X-Pad" || len(value) > 1000 {
		return fmt.Sprintf("%s: %d bytes", name, len(name)+len(": ")+len(value))
	}
	return value
}

// runLine has bash run one command of a plan.
func runLine(t *testing.T, plan planJSON, command string, values map[string]string) {
	t.Helper()
	script := ""
	environment := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	for _, blank := range plan.FillIn {
		if blank.Set == "" && values[blank.Variable] == "" {
			t.Errorf("nobody knows what to put into %+v", blank)
		}
		if blank.Set != "" {
			script += blank.Set + "\n"
			continue
		}
		environment = append(environment, blank.Variable+"="+values[blank.Variable])
	}
	bash := exec.Command("bash", "--norc", "-c", script+command)
	bash.Env = environment
	if out, err := bash.CombinedOutput(); err != nil {
		t.Errorf("%s: %v: %s", command, err, out)
	}
}

// TestPlanRuns: the lines of --dry-run, run by bash with the real curl, send what the
// probe sends, and can be given back as --curl.
func TestPlanRuns(t *testing.T) {
	server, arrived := planServer(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "it's a body")
	if err := os.WriteFile(file, []byte("{\"a\":\"\u00e9\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	values := map[string]string{
		tokenVariable: planToken, "BODY": "@it's \"a\" $body", "FIELD_X_API_KEY": "it's $5 \"`or so`\"!", "FIELD_X_API_KEY_2": "two", "FIELD__ODD___": "x y",
	}
	for name, args := range map[string][]string{
		"plain":          {server + "/me"},
		"query and all":  {server + "/a;b/../it's?x={1}&y=[2]&z=%20$HOME`id`!"},
		"another scheme": {server + "/me", "--scheme", "J$W`T!'"},
		"fields":         {server + "/me", "-H", "X-Api-Key: it's $5 \"`or so`\"!", "-H", "X-Api-Key: two", "-H", "$odd`!': x y", "-H", "Content-Type: text/plain", "-H", "Host: other.example", "-H", "X-Empty:"},
		"its own Accept": {server + "/me", "-H", "Accept: text/x, */*"},
		"HEAD":           {server + "/me", "-X", "HEAD"},
		"OPTIONS":        {server + "/me", "-X", "OPTIONS"},
		"POST":           {server + "/me", "-X", "POST"},
		"DELETE":         {server + "/me", "-X", "DELETE"},
		"a body":         {server + "/me", "-d", "str:@it's \"a\" $body"},
		"GET with one":   {server + "/me", "-X", "GET", "-d", "str:@it's \"a\" $body"},
		"PUT of a file":  {server + "/me", "-X", "PUT", "-d", "@" + file, "-H", "Content-Type: application/json"},
		"elsewhere":      {strings.Replace(server, "127.0.0.1", "api.localhost", 1) + "/me", "--resolve", "api.localhost:" + server[strings.LastIndexByte(server, ':')+1:] + ":127.0.0.1", "--http1.1"},
	} {
		t.Run(name, func(t *testing.T) {
			run := func(args ...string) (string, string) {
				var out, errs bytes.Buffer
				args = append([]string{"probe", "--token", planToken}, args...)
				if code := Run(context.Background(), testEnv(&out, &errs, nil), args); code != 0 && code != 22 {
					t.Fatalf("%q: exit code %d: %s", args, code, errs.String())
				}
				return out.String(), errs.String()
			}
			arrived()
			run(args...)
			sent := arrived()
			planned, notes := run(append(args, "--dry-run", "-j")...)
			for _, secret := range []string{planToken, "it's $5", "$body"} {
				if strings.Contains(planned+notes, secret) {
					t.Errorf("%q is in the plan: %s", secret, planned)
				}
			}
			var plan planJSON
			if err := json.Unmarshal([]byte(planned), &plan); err != nil {
				t.Fatal(err)
			}
			for i, step := range plan.Steps {
				runLine(t, plan, step.Command, values)
				again := filepath.Join(dir, "line")
				if err := os.WriteFile(again, []byte("# "+step.Question+"\n"+step.Command+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				flags := append([]string{"--dry-run", "-j", "--curl", again}, args[1:]...)
				if !slices.Contains(args, "--scheme") { // one line is about another
					flags = append(flags, "--scheme", "Bearer")
				}
				back, _ := run(flags...)
				if strings.Contains(step.Command, "jwt-probe=jwt-probe") { // a URL of its own
					continue
				}
				if diff := gocmp.Diff(planned, back); diff != "" {
					t.Errorf("step %d, given back, is another plan:\n%s", i, diff)
				}
			}
			if diff := gocmp.Diff(sent, arrived()); diff != "" {
				t.Errorf("(-probe +curl):\n%s", diff)
			}
		})
	}
}

// TestDeepPlanRuns: the same of all experiments that there are, whoever adds one.
func TestDeepPlanRuns(t *testing.T) {
	server, arrived := planServer(t)
	target := probe.Target{
		URL: server + "/me?a=b&api_key=secret-3&x=" + planToken, Token: planToken, Record: &wire.Token{JWT: true}, Deep: true, Repeat: 2,
		Header: []wire.Field{{Name: "Cookie", Value: "a=secret-1"}, {Name: "X-Key", Value: "secret-2"}},
	}
	for _, place := range []string{"cookie:jwt", "query:token", "x:X-Token"} {
		p, _ := probe.ParsePlace(place)
		target.SendIn = append(target.SendIn, p)
	}
	log, err := (&probe.Client{Transport: &http.Transport{DisableCompression: true}}).Run(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	sent := arrived()
	plan, err := planOf(target, &probeFlags{})
	if err != nil {
		t.Fatal(err)
	}
	steps, made := plan.Steps, 0
	for _, e := range log.Exchanges {
		if e.Skipped != "" {
			continue
		}
		made++
		for len(steps) > 0 && steps[0].Experiment != e.Experiment { // it depends on the answers whether it is made
			steps = steps[1:]
		}
		if len(steps) == 0 {
			t.Fatalf("%s is made, and not planned", e.Experiment)
		}
		for _, secret := range []string{"secret-", "eyJ"} {
			if strings.Contains(steps[0].Command, secret) {
				t.Errorf("%s: %s", e.Experiment, steps[0].Command)
			}
		}
		if len(steps[0].Command) > 1000 {
			t.Errorf("%s: a line of %d bytes", e.Experiment, len(steps[0].Command))
		}
		runLine(t, plan, steps[0].Command, map[string]string{tokenVariable: planToken, "FIELD_COOKIE": "a=secret-1", "FIELD_X_KEY": "secret-2", "QUERY_API_KEY": "secret-3", "QUERY_X": planToken})
		steps = steps[1:]
	}
	if made < 20 || len(sent) != made {
		t.Errorf("%d experiments were made, and %d requests came", made, len(sent))
	}
	if diff := gocmp.Diff(sent, arrived()); diff != "" {
		t.Errorf("(-probe +curl):\n%s", diff)
	}
}

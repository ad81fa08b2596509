package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/probe"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// A pastedRequest is what a pasted curl line asks for.
type pastedRequest struct {
	url       string
	method    string
	header    []wire.Field
	removed   []string // fields that curl would send, and was told not to
	data      []string // parts of the body
	fromFile  bool     // some of it stands in a file
	json, get bool
	head      bool

	authorization string
	authorized    bool
	unknown       []unknownValue // what a shell would have put in place of a variable

	resolve, proxy []string

	left  []string // names of what is not taken, for one note
	notes []string
}

// An unknownValue is something of a line of which the value stands in a variable.
type unknownValue struct{ what, variable string }

// A curlOption is an option of curl, as its manual has it.
type curlOption struct {
	long, short string
	value       bool
	read        func(r *pastedRequest, w shellWord) error // nil if it changes nothing about the request
	note        string                                    // what is said where it is left out, or why it is refused
	hint        string                                    // what to do if it is refused
}

// curlOptions is every option that is understood, and the one place to add another.
// What is none of them is an error: it might change what is asked.
var curlOptions = []curlOption{
	{"url", "", true, (*pastedRequest).takeURL, "", ""},
	{"request", "X", true, func(r *pastedRequest, w shellWord) error { r.method = w.text; r.later("--request", w); return nil }, "", ""},
	{"head", "I", false, func(r *pastedRequest, _ shellWord) error { r.head = true; return nil }, "", ""},
	{"get", "G", false, func(r *pastedRequest, _ shellWord) error { r.get = true; return nil }, "", ""},
	{"header", "H", true, (*pastedRequest).takeHeader, "", ""},
	{"data", "d", true, (*pastedRequest).takeData, "", ""},
	{"data-ascii", "", true, (*pastedRequest).takeData, "", ""},
	{"data-binary", "", true, (*pastedRequest).takeData, "", ""},
	{"data-raw", "", true, func(r *pastedRequest, w shellWord) error { return r.addData(w) }, "", ""},
	{"data-urlencode", "", true, (*pastedRequest).takeEncoded, "", ""},
	{"json", "", true, func(r *pastedRequest, w shellWord) error { r.json = true; return r.takeData(w) }, "", ""},
	{"cookie", "b", true, (*pastedRequest).takeCookie, "", ""},
	{"referer", "e", true, func(r *pastedRequest, w shellWord) error {
		w.text = strings.TrimSuffix(w.text, ";auto")
		return r.addField("Referer", w)
	}, "", ""},
	{"oauth2-bearer", "", true, func(r *pastedRequest, w shellWord) error {
		w.text = "Bearer " + w.text
		return r.takeAuthorization(w)
	}, "", ""},
	{"user-agent", "A", true, func(r *pastedRequest, _ shellWord) error { r.leave("User-Agent"); return nil }, "", ""},
	{"resolve", "", true, func(r *pastedRequest, w shellWord) error {
		r.resolve = append(r.resolve, w.text)
		return r.known("--resolve", w)
	}, "", ""},
	{"proxy", "x", true, func(r *pastedRequest, w shellWord) error {
		r.proxy = []string{w.text}
		return r.known("--proxy", w)
	}, "", ""},

	{"user", "u", true, nil, "Basic credentials stand where the token stands, and a request has one of them", "leave --user out of the line; the token is --token, or -H 'Authorization: Bearer …' in the line"},
	{"basic", "", false, nil, "Basic credentials stand where the token stands, and a request has one of them", "leave --basic out of the line"},
	{"digest", "", false, nil, "Digest credentials stand where the token stands", "leave --digest out of the line"},
	{"ntlm", "", false, nil, "NTLM credentials stand where the token stands", "leave --ntlm out of the line"},
	{"negotiate", "", false, nil, "Negotiate credentials stand where the token stands", "leave --negotiate out of the line"},
	{"aws-sigv4", "", true, nil, "a signature of AWS stands where the token stands", "leave --aws-sigv4 out of the line"},
	{"form", "F", true, nil, "a multipart form is not sent", "a body is given with -d @FILE, and its type with -H 'Content-Type: …'"},
	{"form-string", "", true, nil, "a multipart form is not sent", "a body is given with -d @FILE, and its type with -H 'Content-Type: …'"},
	{"upload-file", "T", true, nil, "a line cannot have files sent", "a body is given with -d @FILE"},
	{"config", "K", true, nil, "a line cannot have files read", "put what stands in the file on the line"},
	{"next", ":", false, nil, "--next makes several requests of one line", "leave one of them"},

	{"insecure", "k", false, nil, "--insecure is not taken from the line; if any certificate must do: give it to jwt", ""},
	{"location", "L", false, nil, "--location is not taken from the line: given to jwt probe, it asks again where a redirect leads", ""},
	{"location-trusted", "", false, nil, "--location-trusted is not taken from the line: the token goes to one origin", ""},
	{"cacert", "", true, nil, "--cacert is not taken from the line, which has no files read: give it to jwt", ""},
	{"cert", "E", true, nil, "--cert is not taken from the line, which has no files read: give --cert and --cert-key to jwt", ""},
	{"key", "", true, nil, "--key is not taken from the line, which has no files read: give it to jwt as --cert-key", ""},
	{"max-time", "m", true, nil, "--max-time is not taken from the line: give --timeout to jwt", ""},
	{"http1.1", "", false, nil, "--http1.1 is not taken from the line: give it to jwt", ""},
	{"netrc", "n", false, nil, "--netrc is left out: no .netrc is read, which in curl may replace the token", ""},

	{"compressed", "", false, nil, "", ""},
	{"silent", "s", false, nil, "", ""},
	{"show-error", "S", false, nil, "", ""},
	{"include", "i", false, nil, "", ""},
	{"show-headers", "", false, nil, "", ""},
	{"verbose", "v", false, nil, "", ""},
	{"fail", "f", false, nil, "", ""},
	{"fail-with-body", "", false, nil, "", ""},
	{"no-buffer", "N", false, nil, "", ""},
	{"progress-bar", "#", false, nil, "", ""},
	{"no-progress-meter", "", false, nil, "", ""},
	{"globoff", "g", false, nil, "", ""},
	{"path-as-is", "", false, nil, "", ""},
	{"disable", "q", false, nil, "", ""},
	{"ipv4", "4", false, nil, "", ""},
	{"ipv6", "6", false, nil, "", ""},
	{"http1.0", "0", false, nil, "", ""},
	{"http2", "", false, nil, "", ""},
	{"http2-prior-knowledge", "", false, nil, "", ""},
	{"http3", "", false, nil, "", ""},
	{"tlsv1", "1", false, nil, "", ""},
	{"tlsv1.2", "", false, nil, "", ""},
	{"tlsv1.3", "", false, nil, "", ""},
	{"ssl-no-revoke", "", false, nil, "", ""},
	{"remote-name", "O", false, nil, "", ""},
	{"remote-header-name", "J", false, nil, "", ""},
	{"output", "o", true, nil, "", ""},
	{"write-out", "w", true, nil, "", ""},
	{"dump-header", "D", true, nil, "", ""},
	{"cookie-jar", "c", true, nil, "", ""},
	{"connect-timeout", "", true, nil, "", ""},
	{"retry", "", true, nil, "", ""},
	{"retry-delay", "", true, nil, "", ""},
	{"retry-max-time", "", true, nil, "", ""},
	{"max-redirs", "", true, nil, "", ""},
}

// A curlError says what of a curl line cannot be taken.
type curlError struct{ why, hint string }

func (e *curlError) Error() string { return e.why }

// known refuses a word with a variable in it.
func (r *pastedRequest) known(what string, w shellWord) error {
	if w.variable == "" {
		return nil
	}
	return errUnexpanded(what, w.variable)
}

func errUnexpanded(what, variable string) error {
	return &curlError{
		fmt.Sprintf("%s is not expanded in %s: no shell runs here", shownName(variable), what),
		"put its value in; a token can be given beside the line, with --token env:NAME, and so can -H, -d and -X",
	}
}

// later puts off what a variable stands for until it is clear whether a flag says it.
func (r *pastedRequest) later(what string, w shellWord) {
	if w.variable != "" {
		r.unknown = append(r.unknown, unknownValue{what, w.variable})
	}
}

func (r *pastedRequest) leave(name string) {
	if !slices.ContainsFunc(r.left, func(before string) bool { return strings.EqualFold(before, name) }) {
		r.left = append(r.left, name)
	}
}

func (r *pastedRequest) takeURL(w shellWord) error {
	if r.url != "" {
		return &usageError{"the curl line has two URLs", "leave one of them; is the URL in quotes, and each header behind -H?"}
	}
	r.url = w.text
	return r.known("the URL", w)
}

// ownFields are those that the experiments set themselves, or that the connection
// needs: an answer that comes packed, or not at all because nothing has changed since,
// could not be compared.
var ownFields = []string{
	"User-Agent", "Accept-Encoding", "Accept-Language", "Cache-Control", "Pragma", "If-None-Match", "If-Modified-Since", "Range",
	"Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE", "Trailer", "Upgrade", "Expect",
	"Authority", // of HTTP/2, as Chrome used to write it
}

func (r *pastedRequest) takeHeader(w shellWord) error {
	if strings.HasPrefix(w.text, "@") {
		return &curlError{"--header has a file read, and a pasted line reads none", "give its fields with -H 'NAME: VALUE'"}
	}
	name, value, found := strings.Cut(w.text, ":")
	if !found { // "X-Empty;" sends one without a value
		if name, found = strings.CutSuffix(w.text, ";"); !found {
			return &curlError{"a --header has no colon: it is NAME: VALUE", ""}
		}
	} else if strings.TrimSpace(value) == "" { // has curl leave out its own
		r.removed = append(r.removed, name)
		return nil
	}
	w.text = strings.TrimSpace(value)
	return r.addField(strings.TrimSpace(name), w)
}

func (r *pastedRequest) addField(name string, w shellWord) error {
	switch {
	case strings.EqualFold(name, "Authorization"):
		return r.takeAuthorization(w)
	case name == "": // ":authority" and the like
		return nil
	case slices.ContainsFunc(ownPlanFields, func(own wire.Field) bool { return strings.EqualFold(own.Name, name) && own.Value == w.text }):
		return nil // as the experiments have it
	case slices.ContainsFunc(ownFields, func(own string) bool { return strings.EqualFold(own, name) }):
		r.leave(name)
		return nil
	case strings.EqualFold(name, "Accept") && (w.text == "*/*" || strings.Contains(w.text, "text/html")):
		r.leave(name) // who asks as a browser may be led to a login page
		return nil
	}
	r.later(name, w)
	r.header = append(r.header, wire.Field{Name: name, Value: w.text})
	return nil
}

func (r *pastedRequest) takeAuthorization(w shellWord) error {
	if r.authorized {
		return &curlError{"the curl line has two Authorization headers, of which servers take one, both or none", "leave one of them"}
	}
	r.authorization, r.authorized = w.text, true
	r.later("Authorization", w)
	return nil
}

func (r *pastedRequest) takeData(w shellWord) error {
	r.fromFile = r.fromFile || strings.HasPrefix(w.text, "@")
	return r.addData(w)
}

var errDataFile = &curlError{"the body stands in a file, and a pasted line has none read", "give it to jwt: -d @FILE"}

func (r *pastedRequest) addData(w shellWord) error {
	r.later("the body", w)
	r.data = append(r.data, w.text)
	return nil
}

// takeEncoded is --data-urlencode: TEXT, =TEXT or NAME=TEXT; the others have a file read.
func (r *pastedRequest) takeEncoded(w shellWord) error {
	at := strings.IndexAny(w.text, "=@")
	switch {
	case at >= 0 && w.text[at] == '@':
		r.fromFile = true
	case at > 0:
		w.text = w.text[:at+1] + encoded(w.text[at+1:])
	default:
		w.text = encoded(strings.TrimPrefix(w.text, "="))
	}
	return r.addData(w)
}

func encoded(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

func (r *pastedRequest) takeCookie(w shellWord) error {
	if !strings.Contains(w.text, "=") && w.variable == "" {
		return &curlError{"--cookie without a = has a file read, and a pasted line reads none", "give them with -H 'Cookie: NAME=VALUE'"}
	}
	for i, f := range r.header {
		if strings.EqualFold(f.Name, "Cookie") {
			r.later("Cookie", w)
			r.header[i].Value += "; " + w.text
			return nil
		}
	}
	return r.addField("Cookie", w)
}

// parseCurl reads what was pasted as the one curl line that it should be.
func parseCurl(text string) (*pastedRequest, error) {
	if foreign := foreignLine(text); foreign != "" {
		return nil, &curlError{"this is " + foreign + ", which is not read", `in the browser: Copy as cURL; on Windows either of its forms, not PowerShell`}
	}
	commands, piped, err := shellCommands(text)
	if err != nil {
		return nil, err
	}
	var lines [][]shellWord
	for _, words := range commands {
		if words[0].text == "$" && len(words) > 1 { // of the prompt
			words = words[1:]
		}
		name := words[0].text
		if at := strings.LastIndexAny(name, `/\`); at >= 0 {
			name = name[at+1:]
		}
		if strings.TrimSuffix(strings.ToLower(name), ".exe") != "curl" {
			return nil, &curlError{"there is a command that is not curl", "leave only the line that starts with curl; is each line but the last continued with \\?"}
		}
		lines = append(lines, words[1:])
	}
	switch {
	case len(lines) == 0:
		return nil, &curlError{"there is no curl line", "in the browser's network tools: Copy as cURL"}
	case len(lines) > 1:
		return nil, &curlError{fmt.Sprintf("there are %d curl lines", len(lines)), "leave one of them"}
	}
	r := &pastedRequest{}
	if piped {
		r.notes = append(r.notes, "what stands behind the | is left out")
	}
	if err := r.options(lines[0]); err != nil {
		return nil, err
	}
	return r, r.finish()
}

// foreignLine names what else browsers copy; empty if it is none of it.
func foreignLine(text string) string {
	text = strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(text, "Invoke-WebRequest"), strings.HasPrefix(text, "Invoke-RestMethod"), strings.HasPrefix(text, "$session ="), strings.HasPrefix(text, "$headers"):
		return "PowerShell"
	case strings.Contains(text, "`\n") || strings.Contains(text, "`\r\n"):
		return "PowerShell, or has a ` at the end of a line"
	case strings.HasPrefix(text, "fetch("), strings.HasPrefix(text, "await fetch("):
		return "JavaScript (fetch)"
	case strings.HasPrefix(text, "wget "):
		return "wget"
	case strings.HasPrefix(text, "http "), strings.HasPrefix(text, "https "), strings.HasPrefix(text, "xh "):
		return "HTTPie"
	}
	return ""
}

// options reads the words behind "curl" as curl does: the value of a short option may
// stick to it, and short ones without a value to one another.
func (r *pastedRequest) options(words []shellWord) error {
	for i := 0; i < len(words); i++ {
		w := words[i]
		take := func(o curlOption, spelt string, attached *shellWord) error {
			value := shellWord{}
			switch {
			case !o.value:
			case attached != nil:
				value = *attached
			case i+1 == len(words):
				return &curlError{spelt + " of the curl line has no value", "is the line whole?"}
			default:
				i++
				value = words[i]
			}
			if o.hint != "" {
				return &curlError{o.note, o.hint}
			}
			if o.note != "" {
				r.notes = append(r.notes, o.note)
			}
			if o.read == nil {
				return nil
			}
			return o.read(r, value)
		}
		switch {
		case strings.HasPrefix(w.text, "--"):
			name := strings.TrimPrefix(w.text, "--")
			o, ok := curlOptionOf(func(o curlOption) bool {
				return o.long == name || !o.value && o.long == strings.TrimPrefix(name, "no-")
			})
			if !ok || name == "" {
				return errUnknownOption(w.text)
			}
			if o.long != name { // --no-compressed
				continue
			}
			if err := take(o, w.text, nil); err != nil {
				return err
			}
		case len(w.text) > 1 && w.text[0] == '-':
			for at := 1; at < len(w.text); at++ {
				o, ok := curlOptionOf(func(o curlOption) bool { return o.short != "" && o.short == w.text[at:at+1] })
				if !ok {
					return errUnknownOption("-" + w.text[at:at+1])
				}
				var attached *shellWord
				if o.value && at+1 < len(w.text) {
					attached = &shellWord{w.text[at+1:], w.variable}
				}
				if err := take(o, "-"+o.short, attached); err != nil {
					return err
				}
				if o.value {
					break
				}
			}
		default:
			if err := r.takeURL(w); err != nil {
				return err
			}
		}
	}
	return nil
}

func curlOptionOf(is func(curlOption) bool) (curlOption, bool) {
	i := slices.IndexFunc(curlOptions, is)
	if i < 0 {
		return curlOption{}, false
	}
	return curlOptions[i], true
}

func errUnknownOption(name string) error {
	const longest = 30 // of curl's own
	if len(name) > longest || strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c >= 0x7f || strings.ContainsRune(":=\"'", c) }) {
		name = "an option" // there may be more to it than its name
	}
	return &curlError{"the curl line has " + name + ", which is not known here", "leave it out if it does not matter to the request"}
}

// finish is what curl does once it has read all options.
func (r *pastedRequest) finish() error {
	if r.url == "" {
		return &curlError{"the curl line has no URL", "is the line whole?"}
	}
	if !strings.Contains(r.url, "://") {
		r.url = "http://" + r.url // as curl guesses
	}
	u, err := url.Parse(r.url)
	if err != nil || u.Host == "" {
		return &curlError{"the URL of the curl line is not one", ""}
	}
	if u.User != nil {
		return &curlError{"the URL has a user in it, which would be sent as Basic credentials in place of the token", "take it out of the URL"}
	}
	u.Fragment = ""
	if r.get && len(r.data) > 0 {
		u.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+strings.Join(r.data, "&"), "&")
		if r.fromFile {
			return errDataFile
		}
		if i := slices.IndexFunc(r.unknown, func(v unknownValue) bool { return v.what == "the body" }); i >= 0 {
			return errUnexpanded("the URL", r.unknown[i].variable)
		}
		r.data = nil
	}
	r.url = u.String()
	switch {
	case r.method != "":
	case r.head:
		r.method = http.MethodHead
	case len(r.data) > 0:
		r.method = http.MethodPost
	}
	kind := "application/x-www-form-urlencoded" // as curl says unless it is told otherwise
	if r.json {
		kind = "application/json"
		r.implied("Accept", kind)
	}
	if len(r.data) > 0 {
		r.implied("Content-Type", kind)
	}
	r.header = slices.DeleteFunc(r.header, func(f wire.Field) bool {
		return strings.EqualFold(f.Name, "Host") && strings.EqualFold(f.Value, u.Host)
	})
	return nil
}

// implied adds a field that curl adds by itself.
func (r *pastedRequest) implied(name, value string) {
	is := func(other string) bool { return strings.EqualFold(other, name) }
	if !slices.ContainsFunc(r.header, func(f wire.Field) bool { return is(f.Name) }) && !slices.ContainsFunc(r.removed, is) {
		r.header = append(r.header, wire.Field{Name: name, Value: value})
	}
}

func (r *pastedRequest) body() string {
	between := "&"
	if r.json {
		between = ""
	}
	return strings.Join(r.data, between)
}

// otherCredentials are auth schemes with something else behind them than a token.
var otherCredentials = []string{"Basic", "Digest", "NTLM", "Negotiate", "AWS4-HMAC-SHA256", "Hawk", "Signature"}

// pasteCurl gives the flags that were not given what the line of --curl says, and
// returns its URL.
func (a *app) pasteCurl(f *probeFlags, args []string) (address string, notes []string, err error) {
	if name := strings.TrimSpace(f.curl.value); name == "curl" || strings.HasPrefix(name, "curl ") {
		return "", nil, &usageError{"--curl takes a file or - (stdin): the line has a token in it, and the process list is for all to see", "pbpaste | jwt probe --curl -"}
	}
	v, err := a.readNamed("--curl", f.curl.value)
	if err != nil {
		return "", nil, err
	}
	r, err := parseCurl(string(v.data))
	if err != nil {
		if is[*usageError](err) {
			return "", nil, err
		}
		return "", nil, &inputError{"--curl", err}
	}
	if len(args) > 0 && args[0] != r.url {
		return "", nil, &usageError{"two URLs: one is given, and one stands in the curl line", "leave one of them"}
	}
	if err := a.fromLine(f, r); err != nil {
		return "", nil, err
	}
	if len(r.left) > 0 {
		notes = append(notes, "not taken from the line, as the experiments have their own: "+strings.Join(r.left, ", "))
	}
	return r.url, append(notes, r.notes...), nil
}

// fromLine gives each flag that was not given what the line says.
func (a *app) fromLine(f *probeFlags, r *pastedRequest) error {
	given := func(name string) bool {
		return slices.ContainsFunc(f.fields, func(field string) bool {
			own, _, _ := strings.Cut(field, ":")
			return strings.EqualFold(strings.TrimSpace(own), name)
		})
	}
	onCommandLine := func(flag string, set bool) bool {
		_, elsewhere := a.origins[flag]
		return set && !elsewhere
	}
	tokenGiven := onCommandLine("token", f.token.set)
	for _, v := range r.unknown {
		switch {
		case v.what == "Authorization" && (f.token.set || v.variable == "$JWT_TOKEN"), v.what == "the body" && f.data.set, v.what == "--request" && f.method.set, given(v.what):
		default:
			return &inputError{"--curl", errUnexpanded(v.what, v.variable)}
		}
	}
	if r.fromFile && !f.data.set {
		return &inputError{"--curl", errDataFile}
	}
	fields := f.fields
	for _, field := range r.header {
		if !given(field.Name) {
			fields = append(fields, field.Name+": "+field.Value)
		}
	}
	f.fields = fields
	if !f.method.set {
		f.method.value = r.method
	}
	if !f.data.set && len(r.data) > 0 {
		a.secrets.Add([]byte(r.body()))
		f.data = text{value: "str:" + r.body(), set: true}
		f.method.value = cmp.Or(f.method.value, http.MethodPost)
	}
	if len(f.net.resolve) == 0 {
		f.net.resolve = r.resolve
	}
	if !f.net.proxy.set && len(r.proxy) > 0 {
		f.net.proxy = text{value: r.proxy[0], set: true}
	}
	if !r.authorized {
		return nil
	}
	a.secrets.Add([]byte(r.authorization))
	scheme, credential, both := strings.Cut(r.authorization, " ")
	if slices.ContainsFunc(otherCredentials, func(other string) bool { return strings.EqualFold(other, scheme) }) {
		return &inputError{"--curl", &curlError{
			"the Authorization header has " + scheme + " credentials, which stand where the token stands", "leave it out of the line; the token is --token",
		}}
	}
	if bare, colon := strings.CutSuffix(scheme, ":"); colon && both {
		scheme = bare
		r.notes = append(r.notes, "the line has a colon behind the auth scheme, which belongs there no more than in RFC 6750; it is sent without")
	}
	switch {
	case !both && slices.ContainsFunc([]string{"Bearer", "JWT", "Token", "DPoP"}, func(s string) bool { return strings.EqualFold(s, scheme) }):
		credential = ""
	case !both && strings.HasPrefix(scheme, "$"):
		scheme = ""
	case !both:
		credential, scheme = r.authorization, ""
		r.notes = append(r.notes, "the Authorization header of the line has no auth scheme before the token; it is sent with one")
	case strings.ContainsAny(scheme, "\"'`"):
		credential, scheme = r.authorization, "" // all of it in quotes
	}
	if scheme != "" && !onCommandLine("scheme", f.scheme.set) {
		f.scheme = text{value: scheme, set: true}
	}
	if tokenGiven || slices.ContainsFunc(r.unknown, func(v unknownValue) bool { return v.what == "Authorization" }) {
		return nil
	}
	if f.token.set {
		r.notes = append(r.notes, "the token is that of the line, not that of "+a.origins["token"].name)
	}
	got := clean(credential, "")
	if got.text == "" {
		return &inputError{"--curl", errors.New("the Authorization header of the line has no token in it")}
	}
	if _, err := f.mistaken(got); err == nil {
		a.secrets.Add([]byte(got.text))
	}
	f.got = &got
	return nil
}

// secretField makes the value of a field known as a secret, unless it is one that holds
// none: its words stand in answers too.
func (a *app) secretField(f wire.Field) {
	for _, secret := range probe.Secrets(f) {
		a.secrets.Add([]byte(secret))
	}
}

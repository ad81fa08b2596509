package wire

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An Echo is what an application says it got of the header: the one answer that
// proves something by itself.
type Echo struct {
	Seen    bool
	Same    bool   // it is what was sent: the record has the mark of it, or of its digest
	Masked  bool   // what it is, is not shown
	Chosen  bool   // who shows it may leave credentials out: an application that has its own list of fields
	Others  bool   // it shows other fields that may be credentials
	Scheme  string // empty if the echo does not say
	Carrier string // the name under which it was found; empty if the echo does not say
	Length  int    // of the credentials, in bytes; 0 if the echo does not say
	Kind    string // of the canary
}

// AgentMark stands in the User-Agent field of every request of the probe. Where it
// stands in an answer, the answer shows the request.
const AgentMark = "jwt-probe/"

// ReadEcho reads the answer of a canary, of a service that shows the request as JSON
// (httpbin), or of a page that shows the environment (phpinfo, a CGI script).
func ReadEcho(r *Response) (e Echo, ok bool) {
	if r.Status/100 != 2 || r.Truncated {
		return e, false
	}
	body := strings.TrimSpace(r.Body)
	var canary struct {
		Seen    *bool   `json:"seen"`
		Scheme  *string `json:"scheme"`
		Digest  *string `json:"sha256_8"`
		Carrier string  `json:"carrier"`
		Length  int     `json:"length"`
		Kind    string  `json:"canary"` // what else says "seen" may always do so
	}
	if json.Unmarshal([]byte(body), &canary) == nil && canary.Seen != nil && canary.Scheme != nil && canary.Digest != nil {
		return Echo{
			Seen: *canary.Seen, Same: HasMark(*canary.Digest), Scheme: *canary.Scheme,
			Carrier: canary.Carrier, Length: canary.Length, Kind: canary.Kind,
		}, true
	}
	var request struct {
		Headers map[string]any `json:"headers"`
	}
	if json.Unmarshal([]byte(body), &request) == nil && len(request.Headers) > 0 {
		fields := map[string]string{}
		for name, value := range request.Headers {
			fields[strings.ToLower(name)] = fmt.Sprint(value) // a text, or a list of them
		}
		if !strings.Contains(fields["user-agent"], AgentMark) {
			return e, false
		}
		value, seen := fields["authorization"]
		others := slices.ContainsFunc([]string{"cookie", "x-api-key", "x-authorization"}, func(name string) bool {
			return fields[name] != "" && !masked(fields[name])
		})
		return Echo{Seen: seen, Same: whole(value), Masked: seen && !another(value), Chosen: true, Others: others}, true
	}
	return readDump(body)
}

// whole reports whether a text shows a credential from its beginning to its end, once.
// Cloud Run, for one, puts SIGNATURE_REMOVED_BY_GOOGLE behind the rest of a token.
func whole(text string) bool {
	for _, mark := range []string{TokenMark, dummyMark} {
		_, after, found := strings.Cut(text, mark)
		if !found {
			continue
		}
		if mark != TokenMark {
			_, after, _ = strings.Cut(after, ">")
		}
		next, _ := utf8.DecodeRuneInString(after)
		return !HasMark(after) && !unicode.IsLetter(next) && !unicode.IsDigit(next) && !strings.ContainsRune("-_.", next)
	}
	return false
}

// masked reports whether a text has a sign in it of what stands for a credential that is
// not shown, or not to its end.
func masked(text string) bool {
	text = strings.ReplaceAll(strings.ToLower(text), HiddenMark, "")
	return slices.ContainsFunc([]string{"***", "•••", "xxxx", "..", "…", "redact", "filter", "mask", "hidden"}, func(sign string) bool {
		return strings.Contains(text, sign)
	})
}

// shows reports whether a text has what was sent, or a part of it: of a made-up token that
// is its beginning, which has no mark.
func shows(text string) bool {
	return HasMark(text) || strings.Contains(text, PartMark) || strings.Contains(strings.ToLower(text), "jwt-probe-")
}

// another reports whether a text shows credentials that are not those that were sent, or a
// part of these. What it shows in their place otherwise may be a mask of anybody's own:
// "[removed]", "present", a digest.
func another(text string) bool {
	if masked(text) {
		return false
	}
	// AWS's Signature Version 4 is what CloudFront signs with.
	if shows(text) || strings.Contains(text, HiddenMark) || strings.Contains(text, "AWS4-HMAC-SHA256 Credential=") {
		return true
	}
	basic := false // RFC 7617 §2
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n\"'<>[]=", r) }) {
		if pair, err := base64.RawStdEncoding.DecodeString(word); basic && err == nil && strings.Contains(string(pair), ":") {
			return true
		}
		basic = strings.EqualFold(word, "basic")
	}
	return false
}

// ReadAnywhere reads an answer that has in any place what was sent, or a part of it.
func ReadAnywhere(r *Response) (e Echo, ok bool) {
	const row = ">Authorization </td>" // of phpinfo, which lists what Apache has beside what PHP has
	for _, word := range strings.FieldsFunc(r.Body, func(c rune) bool { return strings.ContainsRune(" \t\r\n\"'", c) }) {
		if shows(word) {
			e.Seen, e.Same = true, e.Same || whole(word)
		}
	}
	e.Masked = !e.Same
	if strings.Contains(r.Body, row) {
		e.Carrier = "Authorization"
	}
	return e, e.Seen
}

// readDump reads a text that has the variables of CGI in it: those of the header stand
// where that of the agent does, or nowhere.
func readDump(body string) (e Echo, ok bool) {
	if !strings.Contains(body, "HTTP_USER_AGENT") || !strings.Contains(body, AgentMark) {
		return e, false
	}
	for line := range strings.Lines(body) {
		before, after, found := strings.Cut(line, "HTTP_AUTHORIZATION")
		if !found {
			continue
		}
		this := Echo{Seen: true, Same: whole(after), Masked: !another(after), Carrier: "HTTP_AUTHORIZATION"}
		for strings.HasSuffix(before, "REDIRECT_") {
			before, this.Carrier = strings.TrimSuffix(before, "REDIRECT_"), "REDIRECT_"+this.Carrier
		}
		if !e.Seen || this.Carrier == "HTTP_AUTHORIZATION" {
			e = this
		}
	}
	return e, true
}

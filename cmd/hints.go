package cmd

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/config"
	"github.com/jwt-toolkit/jwt/pkg/diagnose"
	"github.com/jwt-toolkit/jwt/pkg/issuer"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/keysource"
	"github.com/jwt-toolkit/jwt/pkg/login"
	"github.com/jwt-toolkit/jwt/pkg/preset"
	"github.com/jwt-toolkit/jwt/pkg/probe"
	"github.com/jwt-toolkit/jwt/pkg/serve"
	"github.com/jwt-toolkit/jwt/pkg/sign"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/verify"
	"github.com/jwt-toolkit/jwt/pkg/web"
	"github.com/jwt-toolkit/jwt/pkg/when"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// hintFor is what to do about an error, in terms of flags; empty if there is
// nothing to say. Packages give facts; this file alone words advice.
func hintFor(err error) string {
	if e, ok := errors.AsType[*usageError](err); ok {
		return e.hint
	}
	if e, ok := errors.AsType[*settingError](err); ok {
		return settingHint(e)
	}
	if e, ok := errors.AsType[*fileError](err); ok {
		return fileHint(e)
	}
	if e, ok := errors.AsType[*key.NotSecretError](err); ok {
		return "for " + e.What + ": --key instead of --secret; who verifies with a public key as the secret accepts what anybody signs"
	}
	if e, ok := errors.AsType[*key.UnusableError](err); ok {
		return unusableHint(e)
	}
	if e, ok := errors.AsType[*curlError](err); ok {
		return e.hint
	}
	if e, ok := errors.AsType[*mistakenError](err); ok {
		return e.hint()
	}
	if e, ok := errors.AsType[*fileNameError](err); ok {
		return e.hint()
	}
	if e, ok := errors.AsType[*shellError](err); ok {
		return e.hint
	}
	if e, ok := errors.AsType[*misgivenError](err); ok {
		return misgivenHint(e)
	}
	if e, ok := errors.AsType[*token.ParseError](err); ok {
		return tokenHint(e)
	}
	if e, ok := errors.AsType[*web.Error](err); ok {
		if s, ok := errors.AsType[*sourceError](err); ok && s.issuer && e.Fault == web.BadURL && strings.HasSuffix(e.Why, "URL") {
			return "the whole of it, with its scheme: https://id.example.com/"
		}
		return webHint(e)
	}
	if e, ok := errors.AsType[*issuer.Error](err); ok && e.Slash != "" {
		return "if that is the one: --issuer-url " + quoteForShell(e.Slash)
	}
	if e, ok := errors.AsType[*keysource.OfflineError](err); ok {
		if e.Never {
			return "leave --offline out: what comes from this machine or by way of --cacert, --proxy, --resolve and the like is not kept"
		}
		return "ask for it once without --offline"
	}
	if e, ok := errors.AsType[*web.StatusError](err); ok {
		s, _ := errors.AsType[*sourceError](err)
		switch {
		case is[*keysource.MetadataError](err) && issuerOf(e.URL) != "":
			return "the keys are where it says: --issuer-url " + quoteForShell(issuerOf(e.URL))
		case is[*keysource.MetadataError](err):
			return "the keys are where it says: give its jwks_uri, or --issuer-url with the issuer's URL"
		case s != nil && s.issuer && strings.Count(e.URL, "/.well-known/") > 1 && issuerOf(e.URL) != "":
			return "the issuer's URL ends before /.well-known/: --issuer-url " + quoteForShell(issuerOf(e.URL))
		case e.Status == 404 && s != nil && s.issuer:
			return "the issuer's URL is the iss of its tokens; if it publishes nothing about itself: --jwks with the address of its keys"
		case e.Status == 404:
			return "the address of the keys stands in what the issuer publishes about itself: --issuer-url finds it"
		}
		return "see what the server answers: curl -i " + quoteForShell(e.URL)
	}
	if e, ok := errors.AsType[*login.Error](err); ok {
		return loginHint(e)
	}
	if e, ok := errors.AsType[*probe.TargetError](err); ok {
		return targetHint(e)
	}
	if e, ok := errors.AsType[*noAnswerError](err); ok {
		return noAnswerHint(e)
	}
	if e, ok := errors.AsType[*jsonError](err); ok {
		return jsonHint(e)
	}
	if e, ok := errors.AsType[*sign.MemberError](err); ok {
		return memberHint(e)
	}
	if e, ok := errors.AsType[*claimError](err); ok {
		if len(e.there) == 0 {
			return ""
		}
		return "it has " + strings.Join(e.there, ", ")
	}
	if e, ok := errors.AsType[*alg.KeyError](err); ok && e.Only == "" {
		return fmt.Sprintf("leave --alg out, and the key decides; or give a key for %s", e.Alg)
	}
	switch {
	case errors.Is(err, errWrapped):
		return "join the lines: tr -d '\\n' < FILE | jwt …"
	case errors.Is(err, key.ErrUnknownFormat):
		if s, ok := errors.AsType[*sourceError](err); ok && s.flag == setArgument {
			return "a JWK Set is a JSON object with the member keys"
		}
		return "a secret is given with --secret @FILE"
	case errors.Is(err, errNoKeyNorFile):
		switch s, _ := errors.AsType[*sourceError](err); {
		case s == nil:
		case s.flag == "--jwks":
			return "a URL starts with https://; a secret is given with --secret"
		case s.flag == "--key":
			return "a secret is given with --secret: env:NAME, or @FILE"
		}
	case errors.Is(err, errNoFile):
		return "if the @ is part of it: str:@…"
	case errors.Is(err, errNoVariable):
		return "the name stands there, not the value: env:NAME, not env:$NAME"
	case errors.Is(err, key.ErrEmptySecret):
		return "if it comes from a variable, is that set?"
	case errors.Is(err, alg.ErrNoPrivate):
		return "public keys only verify"
	}
	return ""
}

// issuerOf is the URL of an issuer by that of what it says about itself, which stands
// behind it or, as RFC 8414 §3.1 has it, before its path; empty if that cannot be told.
func issuerOf(document string) string {
	issuer, rest, found := strings.Cut(document, "/.well-known/")
	if !found || strings.Contains(document, "…") {
		return ""
	}
	if _, path, behind := strings.Cut(rest, "/"); behind && !strings.HasPrefix(path, ".well-known/") {
		issuer += "/" + path
	}
	return issuer
}

// settingHint is what to do about a value that stands elsewhere than on the command line.
func settingHint(e *settingError) string {
	if cause, ok := errors.AsType[*when.Error](e.err); ok {
		if cause.Instead != "" {
			return "write " + cause.Instead
		}
		return "for example 30m, 2 weeks, 2026-12-01; jwt help times has them all"
	}
	if is[*config.ClashError](e.err) {
		return "leave one of them out"
	}
	return ""
}

// fileHint is what to do about a file with settings.
func fileHint(e *fileError) string {
	if e.err.Reason == reasonReadable {
		return "chmod 600 " + quoteForShell(e.file) + "; or have env:NAME or @FILE stand there"
	}
	if len(e.err.There) == 0 {
		return ""
	}
	best, distance := "", 3
	for _, there := range e.err.There {
		if d := editDistance(e.err.Name, there); d < distance {
			best, distance = there, d
		}
	}
	if best != "" {
		return "did you mean " + best + "?"
	}
	return "there can be " + strings.Join(e.err.There, ", ")
}

func unusableHint(e *key.UnusableError) string {
	switch e.Fix {
	case key.Decrypt:
		return "its password: --key-password env:NAME, or @FILE"
	case key.Decode:
		return "if it is in base64: b64:… on the command line, or decode the file first: base64 -d FILE"
	case key.Convert:
		if strings.HasPrefix(e.What, "OpenSSH") {
			return "convert a copy of it: ssh-keygen -p -m PKCS8 -f COPY"
		}
		return "decrypt it first: openssl pkey -in FILE -out plain.pem"
	}
	return ""
}

// misgivenHint is what may have been meant with what is no token.
func misgivenHint(e *misgivenError) string {
	if isFile(e.given.word) {
		return "did you mean " + quoteForShell("@"+e.given.word) + "?"
	}
	for _, word := range []string{"Bearer", "JWT", "DPoP", "Authorization:"} {
		if strings.EqualFold(e.given.word, word) {
			return word + " and the token are one argument: put quotes round them"
		}
	}
	switch m, what := token.Mistaken(e.given.text); {
	case m == token.Placeholder:
		return "this is what programs write where they have no value: look where the token was made"
	case m == token.Unexpanded:
		return "the name of a variable, and not its value: single quotes keep a shell from putting it in; env:NAME reads one"
	case e.Reason == token.OtherJSON && what != "" && !strings.Contains(what, ", "):
		return "the token stands in a login's answer: jq -r " + quoteForShell(jqPath(what)) + " prints it"
	case e.Reason == token.OtherJSON && what != "":
		return "what may be tokens stands in " + what + ": jq -r .NAME prints one"
	}
	return tokenHint(e.ParseError)
}

func tokenHint(e *token.ParseError) string {
	switch e.Reason {
	case token.SDJWT:
		return "what stands before the first ~ can be verified by itself"
	case token.Encrypted, token.Nested:
		return "jwt decode shows its header"
	case token.WhiteSpace:
		return "join the lines: tr -d ' \\n' < FILE | jwt …"
	case strict.Duplicate:
		return "two readers may each take another of the two; jwt decode shows both"
	case token.Segments:
		if e.Part == token.Whole {
			return "a file is given as @FILE, a variable as env:NAME"
		}
	}
	return ""
}

func webHint(e *web.Error) string {
	switch e.Fault {
	case web.TLS:
		switch {
		case is[x509.UnknownAuthorityError](e):
			return "if the server has a certificate of your own CA: --cacert FILE"
		case is[x509.HostnameError](e):
			return "is it the right name? --resolve HOST:PORT:ADDRESS asks another address under it"
		case is[tls.RecordHeaderError](e):
			return "if it is this machine: http:// instead of https://"
		}
	case web.Proxy:
		return "the proxy is --proxy, else HTTPS_PROXY; NO_PROXY names hosts that are asked directly"
	case web.TimedOut:
		return "to wait longer: --timeout 30s"
	case web.Insecure:
		return "use https; for keys, a copy of the set in a file will do"
	case web.DNS:
		return "check the spelling of the host"
	}
	return ""
}

// loginHint is what to do about an endpoint that gives no token.
func loginHint(e *login.Error) string {
	if e.Cookie != "" && e.Fault != login.Refused {
		return "a cookie of the answer may be the token: --token-field " + quoteForShell("cookie:"+e.Cookie)
	}
	switch e.Fault {
	case login.Redirect:
		if strings.Contains(e.To, "…") {
			return "if that is the endpoint, give its URL"
		}
		return "if that is the endpoint, give its URL: jwt login " + quoteForShell(e.To)
	case login.Page:
		return "a page is for people; its form may take --grant form, and the API has an endpoint of its own"
	case login.NoToken:
		if e.Place != "" {
			return "is it this one? --token-field " + quoteForShell(e.Place)
		}
		return "where the token is, if there is one: --token-field NAME, or /a/b"
	case login.Absent:
		return "is the path right? where an OAuth 2.0 server has its token endpoint, --issuer-url finds out"
	case login.Unavailable:
		return "ask again later"
	case login.Expired:
		return "run it again, and type the code while it waits"
	case login.Refused:
		return refusedHint(e)
	}
	return ""
}

// loginHints are what to do next with a token.
func loginHints(f *loginFlags, got *login.Answer) []string {
	if got.Type == "" || strings.EqualFold(got.Type, "Bearer") || f.scheme.set {
		return nil
	}
	if f.thenProbe.set {
		return []string{"to send it with that auth scheme: --scheme " + quoteForShell(got.Type)}
	}
	return nil
}

func refusedHint(e *login.Error) string {
	switch e.Code {
	case "invalid_client":
		return "are --client-id and --client-secret right? --client-auth post sends them in the body, as some servers want it"
	case "invalid_grant":
		if e.Way == login.RefreshGrant {
			return "a refresh token expires, and many are good only once: log in anew"
		}
		return "is the password right, and may this user log in this way?"
	case "invalid_scope":
		return "--scope names one that the server does not give to this client"
	case "invalid_target":
		return "--aud or --param resource=… names an API that the server does not know"
	case "unsupported_grant_type":
		return "the server does not have --grant " + e.Way + "; there are " + strings.Join(login.Names(), ", ")
	case "unauthorized_client":
		return "this client may not use --grant " + e.Way + "; the server has a setting for that"
	case "expired_token":
		return "run it again, and type the code while it waits"
	}
	form := e.Unseen || e.Status == http.StatusUnsupportedMediaType
	switch {
	case slices.Contains(e.Missing, "grant_type"):
		return "this is a token endpoint of OAuth 2.0: --grant " + login.PasswordGrant
	case form && e.Way == login.JSON:
		return "it may want a form: --grant form, or --grant password as FastAPI has it"
	case form && e.Way == login.Form:
		return "it may want JSON: --grant json"
	case len(e.Missing) > 0:
		return "it has other names: --user-field and --password-field say them, --param adds what else it wants: " + strings.Join(e.Missing, ", ")
	}
	return ""
}

func targetHint(e *probe.TargetError) string {
	switch e.Fault {
	case probe.PlainHTTP:
		return "use https; if it must be: --allow-http"
	case probe.BadToken:
		return "a token is one word; is it wrapped over lines?"
	case probe.BadURL:
		return probeAnyURL
	case probe.BadField:
		return "the token is given with --token"
	}
	return ""
}

// probeAnyURL is what is said where none can be made of what was given.
const probeAnyURL = "jwt probe https://HOST/PATH"

// withScheme is what to type for an address that has no scheme before it.
func withScheme(address string) string {
	u, err := url.Parse("https://" + address)
	if err != nil || u.Hostname() == "" || strings.HasSuffix(u.Host, ":") || u.User != nil || u.RawQuery != "" {
		return probeAnyURL
	}
	if ip := net.ParseIP(u.Hostname()); web.Loopback(u.Hostname()) || ip != nil && ip.IsPrivate() { // where few have TLS
		u.Scheme = "http"
	}
	return "jwt probe " + quoteForShell(u.String())
}

// noAnswerHint is for who asks a server on this machine over TLS that it does not speak.
func noAnswerHint(e *noAnswerError) string {
	u, err := url.Parse(e.log.Target)
	noTLS := slices.ContainsFunc(e.log.Exchanges, func(x wire.Exchange) bool { return x.Fault == probe.NoTLS })
	if err != nil || !noTLS || !web.Loopback(u.Hostname()) {
		return ""
	}
	if u.Scheme = "http"; u.RawQuery != "" { // of which the record has no values
		return "http:// instead of https://"
	}
	return "jwt probe " + quoteForShell(u.String())
}

func jsonHint(e *jsonError) string {
	if e.pair.op == opJSON && strict.ReasonOf(e.err) == strict.Syntax {
		return fmt.Sprintf("%s=%s makes it a text", e.pair.name, e.pair.text)
	}
	return ""
}

func memberHint(e *sign.MemberError) string {
	switch {
	case errors.Is(e, sign.ErrTwice):
		return "set it once"
	case e.Name == "exp" || e.Name == "nbf" || e.Name == "iat":
		return fmt.Sprintf("--%s takes times as people write them: --%s 1h", e.Name, e.Name)
	case e.Name == "aud":
		return "--aud, repeated for several"
	}
	return ""
}

// verifyHints are what to do next about a result.
func (a *app) verifyHints(given givenToken, source *source, policy verify.Policy, as preset.Preset, result verify.Result) []string {
	var hints []string
	say := func(format string, args ...any) { hints = append(hints, fmt.Sprintf(format, args...)) }
	for _, c := range result.Checks {
		if c.Status != verify.Fail {
			continue
		}
		switch c.Near {
		case verify.NearWithoutNewline:
			say("%s", newlineHint(source.secret))
		case verify.NearWithNewline:
			say("the secret matches with a newline at its end: whoever signed read it from a file with one")
		case verify.NearBase64:
			say("the secret matches if it is decoded from base64: --secret b64:…")
		case verify.NearBase64URL:
			say("the secret matches if it is decoded from base64url: --secret b64url:…")
		case verify.NearHex:
			say("the secret matches if it is decoded from hex: --secret hex:…")
		case verify.NearSlash:
			say("%s differs only by a slash at the end", c.ID)
		case verify.NearCase:
			say("%s differs only in upper and lower case", c.ID)
		case verify.NearSpace:
			say("%s differs only by white space", c.ID)
		case verify.NearScheme:
			say("%s differs only in http and https: a proxy that ends TLS hides the scheme from the application", c.ID)
		case verify.NearJSON:
			say("to demand a JSON value instead of a text: --claim %s:=%s", strings.TrimPrefix(c.ID, "claim:"), c.Want)
		case verify.NearMember:
			say("here the scope is an object; to demand a member of it: --claim %s", quoteForShell(fmt.Sprintf("scope:={%s:true}", strict.Quote(c.Want))))
		case verify.NearClock:
			if policy.Leeway == 0 {
				say("less than a minute: if it is the clocks that differ, --leeway 1m")
			}
		}
		switch c.Code {
		case "bad-signature":
			if hint := a.misreadHint(source.secret); hint != "" && c.Near == "" {
				say("%s", hint)
			}
		case "alg-none":
			say("never accept such a token: anybody can make it")
		case "alg-not-allowed":
			if as.Verify != nil && slices.Equal(policy.Algorithms, as.Verify.Algorithms) {
				say("%s takes %s; if yours is set up otherwise: --alg", as.Name, strings.Join(policy.Algorithms, ", "))
			}
		case "alg-not-for-key":
			if strings.HasPrefix(c.Got, "HS") {
				say("an HMAC token and a public key: either the key is the wrong one, or the token is forged with the key's text as the secret")
			}
		case "unknown-kid":
			switch {
			case policy.KeyID != "":
				say("--kid looks for that very ID, whatever the token says")
			case c.Near == verify.NearKID:
				say("whoever signed gave the key another kid than the set has; to use that key all the same: --kid")
			default:
				say("the token is from another issuer, or its key was rotated away")
			}
		case "wrong-scope":
			if strings.Contains(c.Want, ",") {
				say("several scopes are given one by one, or with spaces between them: --scope %s", quoteForShell(strings.ReplaceAll(c.Want, ",", " ")))
			}
		case "wrong-claim":
			if (c.ID == "claim:scope" || c.ID == "claim:scp") && slices.Contains(strings.Fields(c.Got), c.Want) {
				say("to demand one scope of several: --scope %s", quoteForShell(c.Want))
			}
		case "wrong-jwk":
			say("the proof was made with another key than --jkt says; the access token names its own at /cnf/jkt")
		case "certificate-untrusted":
			say("the certificates between the key's and the root's go into the key's file, behind the key's own")
		case "no-certificate":
			say("a key in a certificate is given with --key FILE")
		case "no-key":
			if !a.globals.verbose {
				say("-v says why each key was skipped")
			}
		}
		if c.ID == "format" {
			if hint := misgivenHint(&misgivenError{&token.ParseError{Problem: token.Problem{Part: token.Whole, Reason: strict.Reason(c.Code)}}, given}); hint != "" {
				say("%s", hint)
			}
		}
	}
	return hints
}

// usualHints are the same about what one result has in common with others.
func usualHints(source *source, result verify.Result) []string {
	var hints []string
	switch age := source.age(); {
	case age == "", result.Verified():
	case source.offline:
		hints = append(hints, "the keys were cached "+age+"; without --offline they are fetched again")
	default:
		hints = append(hints, "the keys were cached "+age+"; --refresh fetches them again")
	}
	for _, n := range result.NotChecked {
		if n.ID == "aud" && result.Outcome() == verify.Valid {
			hints = append(hints, "to accept only tokens that are meant for you: --aud NAME")
		}
	}
	return hints
}

// newlineHint is how to take off a secret the newline that it has too many.
func newlineHint(secret value) string {
	what, with := "its final newline", `printf %s "$(cat FILE)"`
	if bytes.HasSuffix(bytes.TrimRight(secret.data, "\n"), []byte("\r")) {
		what, with = "the carriage return and the newline at its end", `tr -d '\r\n' <FILE`
	}
	what = "the secret matches without " + what + ": "
	switch {
	case strings.HasPrefix(secret.origin, "file "):
		return what + with + " > FILE.new"
	case secret.origin == "standard input":
		return what + `pipe it through tr -d '\r\n', or write it with printf %s instead of echo`
	}
	return what + secret.origin + " has it"
}

// misreadHint is what a secret on the command line may have been meant to name, though
// it is taken as it stands. It never repeats it.
func (a *app) misreadHint(secret value) string {
	text := string(secret.data)
	if !secret.literal {
		return ""
	}
	if isFile(text) {
		return "a file is called as the secret is: did you mean --secret @FILE?"
	}
	if isVariable(text) && a.Getenv(text) != "" {
		return "a variable is called as the secret is: did you mean --secret env:NAME?"
	}
	if m, _ := token.Mistaken(text); m == token.Unexpanded {
		return "the secret is the name of a variable, and not its value: single quotes keep a shell from filling it in; --secret env:NAME reads it"
	}
	return ""
}

// jwksHints are what to do about what is wrong with a set.
func jwksHints(set jwksJSON) []string {
	for _, k := range set.Keys {
		for _, problem := range k.Problems {
			if problem.ID == "private" {
				return []string{"jwt jwks make FILE leaves private parts out; a key that was published is none any more: make another with jwt key new"}
			}
		}
	}
	return nil
}

// probeHints are what to do next about a diagnosis.
func probeHints(log *wire.Log, d diagnose.Diagnosis) []string {
	var hints []string
	for _, n := range d.Next {
		if hint := nextHint(log, n); hint != "" {
			hints = append(hints, hint)
		}
	}
	return hints
}

// placeWords says where an experiment puts its made-up token.
var placeWords = map[string]string{
	probe.InCookie: "in a cookie: --send-in cookie:NAME",
	probe.InQuery:  "in the query: --send-in query:access_token",
	probe.XField:   "in X-Authorization: --send-in x:X-Authorization",
}

func nextHint(log *wire.Log, n diagnose.Next) string {
	switch n.ID {
	case "wait":
		if n.Params["time"] != "" {
			return "ask again in " + n.Params["time"]
		}
		return "ask again in a minute"
	case "other-network":
		return "ask from a network that the firewall knows, or past it with --resolve"
	case "bypass-cache":
		return "ask for a URL that is not cached, or past the cache with --resolve"
	case "repeat":
		return "several servers may answer at this address: --repeat 10 tells whether all of them get the header"
	case "each-address":
		return "which of the servers is it? --each-address asks every address of the host"
	case "use-http1":
		return "until it is mended, --http1.1 gets through; names of fields are in small letters over HTTP/2 (RFC 9113 §8.2.1), which the application may not expect"
	case "use-place":
		return "it takes the token in " + n.Params["place"] + "; the application may never look in the header"
	case "ask-place":
		return "where does the application look for its token? it took notice of one " + placeWords[n.Params["experiment"]]
	case "check-url":
		return "check the path; an API that hides what it has from strangers answers 404 too"
	case "use-method":
		if methods := n.Params["methods"]; methods != "" {
			return "-X: the server names " + methods
		}
		return "-X sends another method"
	case "ask-rights":
		return "compare the scopes and roles in the token with what this URL asks for: jwt decode"
	case "guard-head":
		return "HEAD is let in without a token, and GET is not"
	case "answer-preflight":
		return "OPTIONS is refused without a token: no web page of another origin can send the header (CORS)"
	case "other-slash":
		return "with the slash at the end of the path the other way, the header is noticed"
	case "probe-final-url":
		return "jwt probe " + quoteForShell(n.Params["url"])
	case "exempt-from-login":
		return "exempt this path from the login in front of it, or probe the application behind it"
	case "protected-url":
		return "probe a URL that asks for a token"
	case "server-log":
		return "the server's error log says more"
	case "shorter-token":
		return "try a shorter token: something on the way limits the size of a header field"
	case "use-scheme":
		return "--scheme " + quoteForShell(n.Params["scheme"])
	case "ask-scheme":
		return "which auth scheme does the application take? --scheme WORD sends it"
	case "verify-token":
		if log.Token != nil && !log.Token.JWT {
			return ""
		}
		return "to see what is wrong with the token: jwt verify, with the key that the application has"
	case "give-token":
		return "with a token there is more to learn: --token @FILE"
	case "deploy-canary":
		return "to be sure, put a canary in the application's place for a while: jwt probe --print-canary wsgi, or asgi, php, node, cgi, go, java"
	case "canary-failed":
		return "the server's error log says why the canary fails; may the server's user read the file?"
	case "compare-origin":
		return "probe the application directly, past what is in front of it: --resolve HOST:PORT:ADDRESS"
	case "give-method-get":
		return "probe a URL that answers GET"
	}
	return ""
}

// strangersNames are long names of other tools' flags, which work and stay out of help.
func strangersNames(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	for _, pair := range synonyms {
		if name == pair[0] {
			name = pair[1]
		}
	}
	return pflag.NormalizedName(name)
}

// synonyms are those of step and of JWT libraries, with our names.
var synonyms = [...][2]string{
	{"algorithm", "alg"}, {"issuer", "iss"}, {"audience", "aud"}, {"subject", "sub"}, {"expiration", "exp"},
	{"not-before", "nbf"}, {"issued-at", "iat"}, {"jwt-id", "jti"}, {"output", "out"},
}

// serveHint says why jwt serve has not let a request in, and what would.
func serveHint(r serve.Record, issuer string, origins []string) string {
	switch {
	case r.Status == http.StatusMisdirectedRequest:
		return fmt.Sprintf("its host %s is none of the names of this server; --host adds one", strict.Quote(shownName(r.Host)))
	case r.Status == http.StatusForbidden && r.Origin != "" && r.Origin != issuer && !slices.Contains(origins, r.Origin):
		return fmt.Sprintf("a web page of %s asks; --cors lets it", strict.Quote(shownName(r.Origin)))
	}
	return ""
}

// A stranger is a flag of other tools, and what to write here.
type stranger struct {
	flag     string // "--name", or "-n"
	commands string // that it is mistaken for, between spaces, as "show" or "key/show"; empty: each that has the flag in its place
	instead  string // that flag, or all of the advice
}

// strangers is every one of them, and the one place to add another. The first that fits
// counts.
var strangers = []stranger{
	// Of jwt-cli, PyJWT and others that decode and verify in one.
	{"-S", "decode", "decode checks nothing; to check: jwt verify -S SECRET TOKEN"},
	{"-A", "decode", "decode checks nothing; to check: jwt verify -S SECRET TOKEN"},
	{"--secret", "decode", "decode checks nothing; to check: jwt verify --secret …"},
	{"--key", "decode", "decode checks nothing; to check: jwt verify --key …"},
	{"--jwks", "decode", "decode checks nothing; to check: jwt verify --jwks …"},
	{"--no-verify", "decode", "decode checks nothing: leave it out"},
	{"--insecure", "decode", "decode checks nothing: leave it out"},
	{"--no-verify", "verify", "to check nothing: jwt decode"},
	{"--ignore-exp", "decode", "decode checks nothing: leave it out"},
	{"--payload", "decode", "--part payload"},
	{"--header", "decode", "--part header"},
	{"-P", "verify", "to demand a claim: --claim name=value"},
	{"--payload", "verify", "to demand a claim: --claim name=value"},
	{"--claim", "sign", "to set a claim: -P name=value"},
	{"--claims", "verify", "--claim"},
	{"--claims", "", "--payload"},
	{"--keep-payload-order", "sign", "the order is always kept: leave it out"},
	{"--validate-claims", "verify", "claims are always checked: leave it out"},
	{"--verify", "decode", "to check: jwt verify"},

	{"--token", "decode verify", "the token is an argument: text, @FILE or env:NAME; or it is piped in"},

	// Names for what a token says.
	{"--expires-in", "", "--exp"}, {"--expiresIn", "", "--exp"}, {"--ttl", "sign", "--exp"}, {"--ttl", "decode verify", "--min-ttl"},
	{"--lifetime", "", "--exp"}, {"--duration", "", "--exp"}, {"--valid-for", "", "--exp"}, {"--notBefore", "", "--nbf"},
	{"--type", "new", "the algorithm says it all: --alg ES256"}, {"--kty", "new", "the algorithm says it all: --alg ES256"},
	{"--curve", "new", "the algorithm says it all: --alg ES256"}, {"--crv", "new", "the algorithm says it all: --alg ES256"},
	{"--size", "new", "--bits"}, {"--no-password", "new", "a new key is not encrypted: leave it out"},
	{"--type", "", "--typ"}, {"--algorithms", "", "--alg"},

	// What is demanded of one.
	{"--no-exp-check", "", "--ignore-exp"}, {"--ignore-expiration", "", "--ignore-exp"},
	{"--skew", "", "--leeway"}, {"--clock-skew", "", "--leeway"}, {"--clock-tolerance", "", "--leeway"}, {"--max-token-age", "", "--max-age"},
	{"--required", "", "--require"}, {"--scopes", "", "--scope"}, {"--permission", "", "--scope"}, {"--override", "", "--unless"},
	{"--subtle", "sign", "what is odd about a token is a note, and no error: leave it out"},
	{"--subtle", "verify", "only what is demanded is checked, and the answer names the rest: leave it out"},
	{"--match-kid", "verify", "the token's kid always picks the key: leave it out"},
	{"--allow-weak-secret", "verify", "a weak secret is a warning, unless --strict is given: leave it out"},
	{"--preset", "", "--as"}, {"--mask", "", "--redact"},

	// Where keys are.
	{"--publickey", "", "--key"}, {"--privatekey", "", "--key"}, {"--key", "public convert key/show jwks/show", "it is an argument: leave the flag out"},
	{"--root", "verify", "--cert-roots"}, {"--x5c-cert", "sign", "certificates go into the header as JSON: --header 'x5c:=[…]'"},
	{"--pem", "", "--key"}, {"--public-key", "", "--key"}, {"--private-key", "", "--key"}, {"--keyfile", "", "--key"}, {"--key-file", "", "--key"},
	{"--jwk", "", "--key"}, {"--pub", "", "--key"}, {"--cert-file", "", "--key"},
	{"--jwks-url", "", "--jwks"}, {"--jwks-uri", "", "--jwks"}, {"--jwks-file", "", "--jwks"}, {"--keyset", "", "--jwks"},
	{"--oidc-issuer", "", "--issuer-url"}, {"--discovery-url", "", "--issuer-url"}, {"--issuer-uri", "", "--issuer-url"},
	{"--secret-file", "", "--secret @FILE"}, {"--passphrase", "", "--key-password"},
	{"--password-file", "login serve", "--password @FILE"}, {"--password-file", "", "--key-password @FILE"}, {"--password", "", "--key-password"},
	{"--key-format", "sign verify", "--key takes every format, seen from its content: leave it out"},
	{"--inform", "convert", "the format is seen from the content: leave it out"}, {"--outform", "", "--to"},

	// Of curl, HTTPie and hurl.
	{"-k", "probe login", "--insecure"}, {"--key", "probe login", "--cert-key"}, {"--client-cert", "", "--cert"}, {"--client-key", "", "--cert-key"},
	{"--insecure-skip-tls-verify", "", "--insecure"}, {"--skip-tls-verify", "", "--insecure"}, {"--ca", "", "--cacert"}, {"--ca-file", "", "--cacert"}, {"--roots", "", "--cacert"},
	{"--header", "probe", "--field"}, {"--request", "probe", "--method"}, {"--data-raw", "probe", "--data"}, {"--body", "probe", "--data"},
	{"-t", "probe", "--token"}, {"--oauth2-bearer", "probe", "--token"}, {"--bearer", "probe", "--token"}, {"--url", "probe", "the URL is an argument: jwt probe URL"},
	{"-u", "probe", "a token for a user: jwt login; then --token"}, {"-I", "probe", "--method HEAD"},
	{"--max-time", "", "--timeout"}, {"--connect-timeout", "", "--timeout"}, {"--har", "probe", "--log"},
	{"--report-junit", "verify", "--report junit=FILE"}, {"--silent", "", "--quiet"}, {"--debug", "", "--verbose"},
	{"--no-color", "", "--color never"}, {"--yaml", "", "--format json"},
	{"--jq", "", "-j gives JSON: pipe it into jq"}, {"--template", "", "-j gives JSON: pipe it into jq"},

	// Of OAuth clients and servers.
	{"--username", "", "--user"}, {"--grant-type", "", "--grant"}, {"--auth-method", "", "--client-auth"},
	{"--token-endpoint", "login", "the endpoint is an argument: jwt login URL"},
	{"--port", "serve", "--listen 127.0.0.1:PORT"}, {"--bind", "serve", "--listen"}, {"--addr", "serve", "--listen"},

	// Of jose and of golang-jwt's jwt.
	{"-c", "sign", "a token is always compact: leave it out"}, {"-I", "sign", "claims are an argument: jwt sign @FILE"}, {"-O", "verify", "to print the payload: jwt decode --part payload"},
	{"-key", "jwt", "a command comes first: jwt sign --key FILE"}, {"-alg", "jwt", "a command comes first: jwt sign --alg HS256"},
	{"-sign", "jwt", "it is a command here: jwt sign"}, {"-verify", "jwt", "it is a command here: jwt verify"}, {"-show", "jwt", "it is a command here: jwt decode"},
}

// fits reports whether the flag may have been meant for a command, and what to say then.
func (s stranger) fits(c *cobra.Command) (hint string, ok bool) {
	hint = s.instead
	if name, ours := strings.CutPrefix(s.instead, "--"); ours && !strings.Contains(s.instead, ": ") {
		name, _, _ = strings.Cut(name, " ")
		if s.commands == "" && c.Flags().Lookup(name) == nil {
			return "", false
		}
		hint = "it is called " + s.instead + " here"
	}
	path := strings.ReplaceAll(strings.TrimPrefix(c.CommandPath(), "jwt "), " ", "/")
	return hint, s.commands == "" && c.HasParent() || slices.ContainsFunc(strings.Fields(s.commands), func(name string) bool { return name == c.Name() || name == path })
}

// strangersCommands are commands of other tools, and what they are called here, or all
// of the advice.
var strangersCommands = [...][2]string{
	{"validate", "verify"}, {"check", "verify"}, {"show", "decode"}, {"parse", "decode"}, {"info", "decode"}, {"print", "decode"},
	{"create", "sign"}, {"generate", "sign"}, {"keygen", "key new"}, {"gen", "key new"}, {"jwk", "key"}, {"thumbprint", "key show"},
	{"pub", "key public"}, {"convert", "key convert"}, {"fetch", "jwks show"}, {"curl", "probe"}, {"doctor", "probe"}, {"debug", "probe"},
	{"token", "login"}, {"echo", "serve"}, {"server", "serve"},
	{"keypair", "key new"}, {"key generate", "key new"}, {"key create", "key new"}, {"key gen", "key new"}, {"jwks create", "jwks make"},
	{"crypto", "leave it out: jwt sign, jwt verify, jwt key new"}, {"jwt", "step has it twice: jwt sign, jwt decode, jwt verify"},
}

// commandHint says what a word may have been meant for where only a command of c can
// stand; empty if nobody knows.
func commandHint(c *cobra.Command, word string) string {
	path := c.CommandPath() + " "
	for _, pair := range strangersCommands {
		switch {
		case path+word != "jwt "+pair[0]:
		case strings.Contains(pair[1], ": "):
			return pair[1]
		default:
			return "it is called jwt " + pair[1] + " here"
		}
	}
	keys := c.Name() == "key" || c.Name() == "jwks"
	switch {
	case isURL(word) && !c.HasParent():
		return "to ask it with a token: jwt probe URL"
	case keys && (isURL(word) || isFile(word)):
		return path + "show shows what is in it"
	}
	c.SuggestionsMinimumDistance = 2
	if like := c.SuggestionsFor(word); len(like) > 0 {
		return "did you mean " + path + strings.Join(like, " or "+path) + "?"
	}
	return ""
}

// unknownFlag words a flag that the command does not have.
func unknownFlag(c *cobra.Command, e *pflag.NotExistError) error {
	flag, letter, letters := "--"+e.GetSpecifiedName(), "", e.GetSpecifiedShortnames()
	if letters != "" {
		letter = cmp.Or(e.GetSpecifiedName(), letters[:1])
		flag = "-" + letter
	}
	message := fmt.Sprintf("%s has no flag %s", c.CommandPath(), flag)
	for _, s := range strangers {
		// Of a word behind one dash, letters that are flags have been read already.
		word := len(letters) > 1 && !strings.HasPrefix(s.flag, "--") && strings.HasSuffix(s.flag, letters)
		if s.flag != flag && !word {
			continue
		}
		if hint, ok := s.fits(c); ok {
			return &usageError{message, hint}
		}
	}
	if letter != "" {
		if upper := strings.ToUpper(letter); upper != letter && c.Flags().ShorthandLookup(upper) != nil {
			return &usageError{message, "case counts: -" + upper + " is --" + c.Flags().ShorthandLookup(upper).Name}
		}
	} else if like := nearest(c, e.GetSpecifiedName()); like != "" {
		return &usageError{message, "did you mean --" + like + "?"}
	}
	return &usageError{message, c.CommandPath() + " --help lists them"}
}

// nearest is the flag that a misspelt name was meant to be, if one is near.
func nearest(c *cobra.Command, name string) string {
	near := min(2, len(name)/3) // of a short name, everything is near
	best, distance := "", near+1
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if d := editDistance(name, f.Name); d < distance && d < len(f.Name) {
			best, distance = f.Name, d
		}
	})
	return best
}

// editDistance is how many letters must be put in, taken out, changed or swapped
// with their neighbour to turn a into b (optimal string alignment).
func editDistance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

package serve

import (
	"crypto/rand"
	"html"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	deviceLives  = 10 * time.Minute
	deviceEvery  = time.Second     // how often a device may ask; RFC 8628 has 5 s where nothing is said
	deviceSlower = 5 * time.Second // what asking too often costs (§3.5)
	maxDevices   = 100             // codes that wait at the same time

	userCodeLetters = "BCDFGHJKLMNPQRSTVWXZ" // no vowels, so no words (§6.1)
	userCodeLength  = 8
)

// A device waits for a person to confirm it (RFC 8628).
type device struct {
	grantee
	code, userCode string // what it asks with, and what is typed
	expires, asked time.Time
	every          time.Duration
	answer         string // "approve", "deny", or none yet
}

// deviceCode answers a device authorization request (§3.1, §3.2).
func (g *Grants) deviceCode(w http.ResponseWriter, r *http.Request) {
	_, _, basic := r.BasicAuth()
	f, err := form(r)
	if err != nil {
		fail(w, err, basic)
		return
	}
	client, _, err := g.client(r, f)
	if err == nil && client == "" {
		err = &grantError{http.StatusUnauthorized, "invalid_client", "the client does not say who it is"}
	}
	if err != nil {
		fail(w, err, basic)
		return
	}
	who, err := g.asked(f, g.account.User, client)
	if err != nil {
		fail(w, err, basic)
		return
	}
	now := clock(g.issuer.Now)
	d := &device{grantee: who, code: random(), userCode: userCode(), expires: now.Add(deviceLives), every: deviceEvery}
	g.mu.Lock()
	g.devices = slices.DeleteFunc(g.devices, func(d *device) bool { return !now.Before(d.expires) })
	full := len(g.devices) >= maxDevices
	if !full {
		g.devices = append(g.devices, d)
	}
	g.mu.Unlock()
	if full {
		fail(w, &grantError{http.StatusServiceUnavailable, "temporarily_unavailable", "too many devices wait already"}, basic)
		return
	}
	page := g.issuer.url + DevicePath
	answerJSON(w, http.StatusOK, struct {
		Code     string `json:"device_code"`
		UserCode string `json:"user_code"`
		URI      string `json:"verification_uri"`
		Complete string `json:"verification_uri_complete"`
		Expires  int64  `json:"expires_in"`
		Interval int64  `json:"interval"`
	}{d.code, d.userCode, page, page + "?user_code=" + d.userCode, int64(deviceLives / time.Second), int64(deviceEvery / time.Second)})
}

// userCode is what a person types: WDJB-MJHT.
func userCode() string {
	letters := make([]byte, 0, userCodeLength)
	for b := make([]byte, 1); len(letters) < userCodeLength; {
		_, _ = rand.Read(b)                                 // never fails
		if n := len(userCodeLetters); int(b[0]) < 256/n*n { // each letter as likely as any other
			letters = append(letters, userCodeLetters[int(b[0])%n])
		}
	}
	return string(letters[:4]) + "-" + string(letters[4:])
}

// typed is a code as it was given, however it was typed (§6.1).
func typed(text string) string {
	code := strings.Map(func(c rune) rune {
		if strings.ContainsRune(userCodeLetters, c) {
			return c
		}
		return -1
	}, strings.ToUpper(text))
	if len(code) != userCodeLength {
		return ""
	}
	return code[:4] + "-" + code[4:]
}

// confirmed is whom a device code stands for, once somebody has confirmed it (§3.5).
func (g *Grants) confirmed(code, client string) (grantee, error) {
	now := clock(g.issuer.Now)
	g.mu.Lock()
	defer g.mu.Unlock()
	at := slices.IndexFunc(g.devices, func(d *device) bool { return equal(code, d.code) && d.client == client })
	if at < 0 {
		return grantee{}, refuse("invalid_grant", "there is no such device code of this client; each is good once")
	}
	d := g.devices[at]
	early := now.Sub(d.asked) < d.every
	d.asked = now
	switch {
	case !now.Before(d.expires):
		g.devices = slices.Delete(g.devices, at, at+1)
		return grantee{}, refuse("expired_token", "the code was not typed in time")
	case d.answer == "deny":
		g.devices = slices.Delete(g.devices, at, at+1)
		return grantee{}, refuse("access_denied", "the person has said no")
	case early:
		d.every += deviceSlower
		return grantee{}, refuse("slow_down", "asked too often; once in "+strconv.Itoa(int(d.every/time.Second))+" seconds is enough")
	case d.answer != "approve":
		return grantee{}, refuse("authorization_pending", "the code has not been typed yet")
	}
	g.devices = slices.Delete(g.devices, at, at+1)
	return d.grantee, nil
}

// devicePage is where a person types the code (§3.3).
func (g *Grants) devicePage(w http.ResponseWriter, r *http.Request) {
	person := ""
	if !near(r) {
		person = `<p><label>User <input name="username" autocomplete="username"></label>
<p><label>Password <input name="password" type="password" autocomplete="current-password"></label>
`
	}
	page(w, http.StatusOK, `<form method="post" action="`+DevicePath+`">
<p><label>Code <input name="user_code" autofocus autocomplete="off" value="`+html.EscapeString(typed(r.URL.Query().Get("user_code")))+`"></label>
`+person+`<p><button name="answer" value="approve">Approve</button> <button name="answer" value="deny">Deny</button>
</form>
`)
}

// deviceAnswer takes what the page sends, and what a script sends in its place: the
// user_code alone approves. A page of a stranger cannot send it, which [Guard] sees
// to. Who is at another machine must be the user, and prove it.
func (g *Grants) deviceAnswer(w http.ResponseWriter, r *http.Request) {
	f, err := form(r)
	answer := f.Get("answer")
	if answer == "" {
		answer = "approve"
	}
	switch {
	case err != nil, answer != "approve" && answer != "deny":
		page(w, http.StatusBadRequest, "<p>this is not what the form sends\n")
		return
	case !near(r) && !g.isUser(f.Get("username"), f.Get("password")):
		page(w, http.StatusForbidden, "<p>from another machine, the user's name and password are wanted\n")
		return
	}
	switch {
	case !g.decide(typed(f.Get("user_code")), answer):
		page(w, http.StatusNotFound, "<p>no device waits for this code\n")
	case answer == "deny":
		page(w, http.StatusOK, "<p>denied: the device gets no token\n")
	default:
		page(w, http.StatusOK, "<p>approved: the device gets its token\n")
	}
}

// decide keeps what a person has answered, and reports whether a device waits for it.
func (g *Grants) decide(code, answer string) bool {
	now := clock(g.issuer.Now)
	g.mu.Lock()
	defer g.mu.Unlock()
	at := slices.IndexFunc(g.devices, func(d *device) bool {
		return equal(code, d.userCode) && d.answer == "" && now.Before(d.expires)
	})
	if at < 0 {
		return false
	}
	g.devices[at].answer = answer
	return true
}

// page is a page for a person, with nothing on it that runs, and in no frame of
// another. A browser sends its true origin with the form (a stricter policy for the
// Referer would make that "null").
func page(w http.ResponseWriter, status int, body string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "same-origin")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "<!doctype html>\n<html lang=\"en\">\n<title>A device wants a token</title>\n<h1>A device wants a token</h1>\n"+body) // who asked has gone, if it fails
}

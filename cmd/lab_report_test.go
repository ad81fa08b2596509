//go:build lab && linux

package cmd

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// labScreenshots names a folder to which the pages go as they look, to be looked at.
const labScreenshots = "JWT_LAB_SCREENSHOTS"

// TestLabReport opens pages full of hostile text in a browser, on a telephone and on a
// screen, by day and by night: no script runs, nothing else is asked for, nothing
// sticks out, and every text can be read.
func TestLabReport(t *testing.T) {
	missing := ""
	for _, program := range []string{"chromedriver", "chromium"} {
		if labFind(program) == "" {
			missing = program
		}
	}
	labSkip(t, []string{"chromium"}, "chromium", missing)

	var asked struct {
		sync.Mutex
		paths []string
	}
	dir := t.TempDir()
	pages := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Lock()
		defer asked.Unlock()
		asked.paths = append(asked.paths, r.URL.Path)
		w.Header().Set("Cache-Control", "no-store") // each look is to ask
		http.ServeFile(w, r, filepath.Join(dir, filepath.Base(r.URL.Path)))
	}))
	defer pages.Close()
	hostile := httptest.NewServer(labHostile(pages.URL))
	defer hostile.Close()
	long := strings.Repeat("a-path-without-end-", 30)

	token := filepath.Join(dir, "token")
	if code, _, errs := testRun(t, "sign", "-S", "a-secret-of-the-lab-for-a-page", "-s", "alice", "-o", token); code != 0 {
		t.Fatal(errs)
	}
	b := labBrowse(t)
	for _, page := range []struct {
		name string
		args []string
	}{
		{"hostile", []string{hostile.URL + "/hostile/" + long, "--token", "@" + token, "--compare", hostile.URL + "/stripped/" + long}},
		{"stripped", []string{hostile.URL + "/stripped/" + long, "--token", "@" + token}},
		{"many-on-path", []string{hostile.URL + "/many/" + long}},
		{"no-answer", []string{"http://127.0.0.1:1/" + long, "--token", "@" + token}},
		{"lab-stripped", []string{"--from", "../testdata/wire/apache-mod-wsgi-extended/me.good.json"}},
		{"lab-accepted", []string{"--from", "../testdata/wire/apache-mod-wsgi-extended-passauth/me.good.json"}},
		{"lab-unknown", []string{"--from", "../testdata/wire/apache-auth-basic-fake/me.good.json"}},
	} {
		t.Run(page.name, func(t *testing.T) {
			b.T = t
			file := page.name + ".html"
			if _, out, errs := testRun(t, append([]string{"probe", "-q", "--report", "html=" + filepath.Join(dir, file)}, page.args...)...); out != "" {
				t.Fatal(out, errs)
			}
			for _, width := range []int{390, 1280} {
				for _, scheme := range []string{"light", "dark"} {
					b.look(width, scheme)
					b.events() // of the page before
					b.call(http.MethodPost, "/url", map[string]any{"url": pages.URL + "/" + file}, nil)
					b.check(width, scheme, pages.URL+"/"+file)
					b.shoot(fmt.Sprintf("%s-%d-%s", page.name, width, scheme), width)
				}
			}
			b.print(page.name)
			asked.Lock()
			defer asked.Unlock()
			if slices.ContainsFunc(asked.paths, func(path string) bool { return path != "/"+file }) {
				t.Errorf("the page asks for %q", asked.paths)
			}
			if len(asked.paths) < 4 {
				t.Errorf("the page was opened %d times", len(asked.paths))
			}
			asked.paths = nil
		})
	}
}

// labHostile says everything that a page must not take for more than text, with
// addresses that would be asked, to each experiment something else.
func labHostile(thief string) http.Handler {
	long := strings.Repeat("Wxyz0123456789", 90)
	attacks := []string{
		`</code></td></table></style></title><script>window.pwned = 1; document.title = "pwned"; fetch("` + thief + `/fetched")</script>`,
		`"><img src="` + thief + `/image" onerror="window.pwned = 1"><svg onload="window.pwned = 1">`,
		`<iframe src="` + thief + `/frame" srcdoc="<script>parent.pwned = 1</script>"></iframe><base href="` + thief + `/">`,
		`' onfocus='window.pwned = 1' autofocus='<style>@import url(` + thief + `/style); * { background: url(` + thief + `/background) }</style>`,
		"\u202e\u2066desrever\u2069 \x1b[2J\x1b[31m a\u0301\u0302\u0303\u0304\u0305\u0306 \u200b\U000e0041 \x00\x07\x9b \ufdd0 <meta http-equiv=refresh content=\"0; url=" + thief + "/refresh\">",
		long,
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/hostile/", func(w http.ResponseWriter, r *http.Request) {
		attack := attacks[len(r.Header.Get("Authorization"))%len(attacks)]
		w.Header().Set("Server", "Apache/2.4 "+attacks[0]+long)
		w.Header()["Via"] = []string{"1.1 " + attacks[1], "1.1 " + long}
		w.Header().Set("Www-Authenticate", `Bearer realm="`+attacks[2]+`"`)
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, attack+long)
	})
	missing := func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"msg":"Missing Authorization Header"}`)
	}
	mux.HandleFunc("/stripped/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Server", "Apache/2.4 (Debian) "+attacks[3]+" "+long)
		missing(w)
	})
	mux.HandleFunc("/many/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Server", "Apache/2.4 (Debian)")
		w.Header()["Via"] = []string{"1.1 varnish (Varnish/7.1)", "2 " + attacks[3], "1.1 " + long, "1.1 squid", "HTTP/1.1 edge.example.com"}
		missing(w)
	})
	return mux
}

// A labBrowser is Chromium, driven over the WebDriver protocol.
//
// Source: https://www.w3.org/TR/webdriver2/
type labBrowser struct {
	*testing.T
	session string // URL of it
}

// labBrowse starts a browser that has never been used, and asks for nothing by itself.
func labBrowse(t *testing.T) *labBrowser {
	port, profile := labPort(t), t.TempDir()
	driver := exec.Command(labFind("chromedriver"), "--port="+port) //nolint:gosec // the system's
	driver.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := driver.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-driver.Process.Pid, syscall.SIGKILL)
		_ = driver.Wait()
	})
	b := &labBrowser{T: t, session: "http://127.0.0.1:" + port}
	for start := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		response, err := http.Get(b.session + "/status")
		if err == nil {
			_ = response.Body.Close()
			break
		}
		if time.Since(start) > time.Minute {
			t.Fatal(err)
		}
	}
	flags := []string{
		"--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--hide-scrollbars", "--user-data-dir=" + profile,
	}
	if os.Geteuid() == 0 { // its sandbox is not for root
		flags = append(flags, "--no-sandbox")
	}
	var made struct{ SessionID string }
	b.call(http.MethodPost, "/session", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"goog:chromeOptions": map[string]any{"args": flags, "binary": labFind("chromium")},
		"goog:loggingPrefs":  map[string]any{"performance": "ALL", "browser": "ALL"},
	}}}, &made)
	b.session += "/session/" + made.SessionID
	t.Cleanup(func() {
		b.T = t
		b.call(http.MethodDelete, "", struct{}{}, nil)
	})
	return b
}

// call is one command of the protocol.
func (b *labBrowser) call(method, path string, body, value any) {
	b.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		b.Fatal(err)
	}
	request, err := http.NewRequest(method, b.session+path, bytes.NewReader(text))
	if err != nil {
		b.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s %s %v", path, response.Status, answer, err)
	}
	if value == nil {
		return
	}
	if err := json.Unmarshal(answer, &struct{ Value any }{value}); err != nil {
		b.Fatalf("%s: %v: %s", path, err, answer)
	}
}

// devtools is a command of the protocol below.
func (b *labBrowser) devtools(command string, params, value any) {
	b.Helper()
	b.call(http.MethodPost, "/goog/cdp/execute", map[string]any{"cmd": command, "params": params}, value)
}

// look makes it a telephone or a screen, with the colours of day or night.
func (b *labBrowser) look(width int, scheme string) {
	b.Helper()
	b.devtools("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
	b.devtools("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// events are the requests that it has made since it was asked last.
func (b *labBrowser) events() (requests []string) {
	b.Helper()
	var entries []struct{ Message string }
	b.call(http.MethodPost, "/se/log", map[string]any{"type": "performance"}, &entries)
	for _, entry := range entries {
		var event struct {
			Message struct {
				Method string
				Params struct{ Request struct{ URL string } }
			}
		}
		if err := json.Unmarshal([]byte(entry.Message), &event); err != nil {
			b.Fatal(err)
		}
		if event.Message.Method == "Network.requestWillBeSent" {
			requests = append(requests, event.Message.Params.Request.URL)
		}
	}
	return requests
}

// labMeasure is what the browser itself says of a page. A text is readable from a
// contrast of 4.5 on (WCAG 2.2, 1.4.3).
const labMeasure = `
const all = [...document.querySelectorAll("*")];
const light = (colour) => {
	const parts = colour.match(/[\d.]+/g).map(Number).slice(0, 3).map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
	return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
};
const behind = (e) => {
	for (; e; e = e.parentElement) {
		const colour = getComputedStyle(e).backgroundColor;
		if (colour !== "rgba(0, 0, 0, 0)") return colour;
	}
	return "rgb(255, 255, 255)";
};
const contrast = (e) => {
	const two = [light(getComputedStyle(e).color), light(behind(e))].sort((a, b) => a - b);
	return (two[1] + 0.05) / (two[0] + 0.05);
};
const texts = all.filter((e) => e.closest("main") && !e.closest("svg") && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
return {
	pwned: String(window.pwned), title: document.title, address: location.href,
	bad: all.filter((e) => ["SCRIPT", "IMG", "IFRAME", "LINK", "BASE", "OBJECT", "EMBED", "FORM", "INPUT", "A"].includes(e.tagName) ||
		[...e.attributes].some((a) => /^(on|src|href|style|autofocus)/i.test(a.name))).map((e) => e.outerHTML.slice(0, 200)),
	width: document.documentElement.scrollWidth, window: innerWidth, // which grows on a telephone when something sticks out
	out: texts.filter((e) => e.getBoundingClientRect().right > arguments[0] + 1 || e.getBoundingClientRect().left < -1).filter((e) => !e.closest("thead")).map((e) => e.outerHTML.slice(0, 200)),
	faint: texts.filter((e) => contrast(e) < 4.5).map((e) => contrast(e).toFixed(2) + " " + e.outerHTML.slice(0, 200)),
	texts: texts.length, page: getComputedStyle(document.body).backgroundColor, margin: getComputedStyle(document.body).margin,
};`

// check holds the page that is open to what it must be.
func (b *labBrowser) check(width int, scheme, address string) {
	b.Helper()
	where := fmt.Sprintf("%d, %s", width, scheme)
	var got struct {
		Pwned, Title, Address, Page, Margin string
		Bad, Out, Faint                     []string
		Width, Window, Texts                int
	}
	b.call(http.MethodPost, "/execute/sync", map[string]any{"script": labMeasure, "args": []any{width}}, &got)
	if got.Pwned != "undefined" || strings.HasPrefix(got.Title, "pwned") || got.Address != address {
		b.Errorf("%s: a script has run, or the page has left: %+v", where, got)
	}
	if len(got.Bad) > 0 {
		b.Errorf("%s: elements that are not ours: %q", where, got.Bad)
	}
	if got.Width > width || got.Window != width || len(got.Out) > 0 {
		b.Errorf("%s: %d wide, in a window of %d: %q", where, got.Width, got.Window, got.Out)
	}
	if len(got.Faint) > 0 {
		b.Errorf("%s: hard to read: %q", where, got.Faint)
	}
	if got.Texts < 10 || got.Margin != "0px" { // the policy lets our own style through
		b.Errorf("%s: %d texts, margin %s", where, got.Texts, got.Margin)
	}
	if dark := got.Page != "rgb(255, 255, 255)"; dark != (scheme == "dark") {
		b.Errorf("%s: the page is %s", where, got.Page)
	}
	if requests := b.events(); len(requests) != 1 || requests[0] != address {
		b.Errorf("%s: it asks for %q", where, requests)
	}
	var log []struct{ Level, Message string }
	b.call(http.MethodPost, "/se/log", map[string]any{"type": "browser"}, &log)
	for _, entry := range log {
		b.Errorf("%s: the browser says: %s", where, entry.Message)
	}
}

// shoot keeps how the page looks, if somebody wants to see it.
func (b *labBrowser) shoot(name string, width int) {
	const tallest = 3000
	if os.Getenv(labScreenshots) == "" {
		return
	}
	var shot struct{ Data []byte }
	clip := map[string]any{"x": 0, "y": 0, "width": width, "height": tallest, "scale": 1}
	b.devtools("Page.captureScreenshot", map[string]any{"format": "png", "clip": clip, "captureBeyondViewport": true}, &shot)
	b.keep(name+".png", shot.Data)
}

// print prints the page, on A4, and keeps that too.
func (b *labBrowser) print(name string) {
	b.Helper()
	var pdf string
	b.call(http.MethodPost, "/print", map[string]any{"page": map[string]any{"width": 21.0, "height": 29.7}}, &pdf)
	data, err := base64.StdEncoding.DecodeString(pdf)
	if err != nil || !bytes.HasPrefix(data, []byte("%PDF")) {
		b.Errorf("not printed: %v", err)
	}
	if os.Getenv(labScreenshots) != "" {
		b.keep(name+".pdf", data)
	}
}

func (b *labBrowser) keep(name string, data []byte) {
	if err := os.WriteFile(filepath.Join(os.Getenv(labScreenshots), name), data, 0o600); err != nil {
		b.Error(err)
	}
}

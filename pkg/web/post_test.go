package web

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

const markedBody = "MARKED-password-of-nobody"

func post(t *testing.T, c *Client, address string) (*Response, error) {
	t.Helper()
	return c.Post(t.Context(), address, Message{Type: "text/plain", Authorization: "Basic bWU6", Body: []byte(markedBody)}, limit)
}

func TestPost(t *testing.T) {
	server, client := serveTLS(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != "POST" || string(body) != markedBody || r.Header.Get("Content-Type") != "text/plain" ||
			r.Header.Get("Authorization") != "Basic bWU6" || r.Header.Get("Accept") != "application/json" {
			t.Errorf("%s %q %v", r.Method, body, r.Header)
		}
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte("short and stout"))
	})
	response, err := post(t, client, server.URL+"/x?y")
	if err != nil || response.Status != http.StatusTeapot || string(response.Body) != "short and stout" || response.URL != server.URL+"/x?…" {
		t.Errorf("%+v, %v", response, err)
	}
}

// A password goes to one place, whatever the answer says.
func TestPostFollowsNothing(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		asked := 0
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			asked++
			http.Redirect(w, r, "/elsewhere?code=secret", status)
		})
		response, err := post(t, &Client{}, server.URL+"/login")
		if err != nil || asked != 1 || response.Status != status {
			t.Fatalf("%d: asked %d times: %+v, %v", status, asked, response, err)
		}
		if to := response.Location(server.URL + "/login"); to != server.URL+"/elsewhere?…" {
			t.Errorf("%d leads to %s", status, to)
		}
	}
	if to := (&Response{Status: http.StatusOK, Header: http.Header{"Location": {"/x"}}}).Location("https://example.com"); to != "" {
		t.Errorf("200 leads to %s", to)
	}
}

// It is sent once, whatever becomes of it: no second try where Get has one.
func TestPostOnce(t *testing.T) {
	for _, status := range []int{502, 503, 504} {
		asked := 0
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			asked++
			w.WriteHeader(status)
		})
		if response, err := post(t, &Client{}, server.URL); err != nil || response.Status != status || asked != 1 {
			t.Errorf("%d: asked %d times, %v", status, asked, err)
		}
	}
	address, count := accept(t, func(conn net.Conn) { readRequest(conn) }) // and hangs up
	_, err := post(t, &Client{}, "http://"+address)
	checkError(t, err, NoAnswer)
	if n := count.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
}

func TestPostGoesNowhereElse(t *testing.T) {
	for address, fault := range map[string]Fault{
		"":                              BadURL,
		"example.com/login":             BadURL,
		"ftp://example.com":             BadURL,
		"https://":                      BadURL,
		"https://me:secret@example.com": BadURL,
		"http://example.com/login":      Insecure,
		"http://192.0.2.1/login":        Insecure,
	} {
		_, err := post(t, &Client{}, address)
		checkError(t, err, fault)
	}
	// A name of this machine that leads elsewhere is found out when it is looked up.
	_, err := post(t, &Client{}, "http://elsewhere.localhost:1/login")
	checkError(t, err, Insecure)

	server := serve(t, say("hello"))
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	to := map[string]string{"api.example.com:80": "127.0.0.1:" + port}
	if response, err := post(t, &Client{PlainHTTP: true, Resolve: to}, "http://api.example.com/"); err != nil || string(response.Body) != "hello" {
		t.Errorf("%v, %v", response, err)
	}
	_, err = (&Client{PlainHTTP: true, Resolve: to}).Get(t.Context(), "http://api.example.com/", limit)
	checkError(t, err, Insecure)
}

func TestPostErrors(t *testing.T) {
	server := serve(t, say(strings.Repeat("x", limit+1)))
	_, err := post(t, &Client{}, server.URL)
	checkError(t, err, TooLong)
	slow := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does a server notice who has gone
		hang(w, r)
	})
	_, err = post(t, &Client{Timeout: 20 * time.Millisecond}, slow.URL)
	checkError(t, err, TimedOut)
	_, err = post(t, &Client{}, "http://"+closedPort+"/?key="+markedBody)
	e := checkError(t, err, NoAnswer)
	for err := error(e); err != nil; err = errors.Unwrap(err) {
		if strings.Contains(err.Error(), markedBody) {
			t.Errorf("the error repeats what is secret")
		}
	}
}

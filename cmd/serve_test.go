package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A lockedBuffer is written by a server while a test reads it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// startServe runs jwt serve -j on a free port until stop, which gives its exit code.
func startServe(t *testing.T, environment map[string]string, args ...string) (ready serveJSON, errs *lockedBuffer, stop func(cause error) int) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	t.Cleanup(func() { cancel(nil) })
	out := &lockedBuffer{}
	errs = &lockedBuffer{}
	env := testEnv(nil, nil, environment)
	env.Out, env.Err, env.Now = out, errs, time.Now
	done := make(chan int, 1)
	go func() { done <- Run(ctx, env, append([]string{"serve", "--listen", "0", "-j"}, args...)) }()
	for !strings.HasSuffix(out.String(), "\n") {
		select {
		case code := <-done:
			t.Fatalf("exit code %d: %s", code, errs)
		case <-time.After(10 * time.Millisecond):
		}
	}
	if err := json.Unmarshal([]byte(out.String()), &ready); err != nil {
		t.Fatal(err)
	}
	return ready, errs, func(cause error) int {
		cancel(cause)
		return <-done
	}
}

// TestServeEnds: who was told to end, and did, has succeeded; also while an answer is
// awaited.
func TestServeEnds(t *testing.T) {
	for _, cause := range []error{nil, signalError{syscall.SIGTERM}} {
		ready, _, stop := startServe(t, nil, "--slow", "1s")
		started := time.Now()
		if response, err := http.Get(ready.JWKS); err != nil {
			t.Error(err)
		} else if response.Body.Close(); time.Since(started) < time.Second {
			t.Error("--slow is not slow")
		}
		go func() {
			if response, err := http.Get(ready.JWKS); err == nil {
				response.Body.Close()
			}
		}()
		time.Sleep(20 * time.Millisecond)
		if code := stop(cause); code != 0 {
			t.Errorf("%v: exit code %d", cause, code)
		}
		if _, err := http.Get(ready.JWKS); err == nil {
			t.Error("it answers after it has ended")
		}
	}
}

// TestServeKeepsSecrets sends it all that is secret, in every place, and looks for
// it in what it says.
func TestServeKeepsSecrets(t *testing.T) {
	ready, errs, stop := startServe(t, map[string]string{"MARKED": markedSecret}, "--password", "env:MARKED", "--client-secret", "env:MARKED", "-v")
	ask := func(method, path, kind, body, authorization string) string {
		request, err := http.NewRequest(method, ready.Issuer+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", kind)
		if authorization != "" {
			request.Header.Set("Authorization", authorization)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(response.Body)
		return string(text)
	}
	const form = "application/x-www-form-urlencoded"
	answer := ask(http.MethodPost, "/oauth/token", form, url.Values{
		"grant_type": {"password"}, "username": {ready.User}, "password": {markedSecret},
	}.Encode(), "")
	var got struct {
		Token   string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if err := json.Unmarshal([]byte(answer), &got); err != nil || got.Token == "" {
		t.Fatal(answer)
	}
	said := ""
	for _, authorization := range []string{"Bearer " + got.Token, got.Token, "Bearer a " + got.Token, "Bearer " + markedSecret, markedSecret, "Basic " + markedSecret} {
		for _, path := range []string{"/protected", "/echo", "/canary", "/oauth/token", "/nowhere"} {
			said += ask(http.MethodGet, path+"?token="+got.Token, form, "", authorization)
			said += ask(http.MethodPost, path, form, "password="+markedSecret, authorization)
		}
	}
	ask(http.MethodGet, "/"+got.Token, "", "", "")
	ask(http.MethodGet, "/%1b%5b2J"+markedSecret, "", "", "")
	ask(http.MethodGet, "/"+strings.Repeat("a", 5000), "", "", "")
	if code := stop(nil); code != 0 {
		t.Errorf("exit code %d", code)
	}
	parts := strings.Split(got.Token, ".")
	for name, mark := range map[string]string{"a password": markedSecret, "a payload": parts[1], "a signature": parts[2], "a refresh token": got.Refresh} {
		for where, text := range map[string]string{"the log": errs.String(), "an answer": said} {
			if strings.Contains(text, mark) {
				t.Errorf("%s has %s", where, name)
			}
		}
	}
	for line := range strings.Lines(errs.String()) {
		if len(line) > 500 || strings.Contains(line, "\x1b") {
			t.Errorf("a line of %d bytes: %q", len(line), line[:100])
		}
	}
	if ready.Password != "" || ready.ClientSecret != "" {
		t.Error("what was given is said again")
	}
}

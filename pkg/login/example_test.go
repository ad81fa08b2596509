package login_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/jwt-toolkit/jwt/pkg/login"
)

func ExampleClient_Login() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"access_token":"a.b.c","expires_in":300}`)
	}))
	defer server.Close()
	answer, err := login.Client{}.Login(context.Background(), login.Request{
		Way: login.JSON, URL: server.URL + "/auth", User: "alice", Password: "secret",
	})
	fmt.Println(answer.Token, answer.ExpiresIn, answer.Field, err)
	// Output: a.b.c 300 access_token <nil>
}

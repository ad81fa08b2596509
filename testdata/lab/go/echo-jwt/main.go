// Echo-jwt is a small API as people write it with echo-jwt.
//
//	echo-jwt ADDRESS SECRET-FILE
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/golang-jwt/jwt/v5"
	echojwt "github.com/labstack/echo-jwt/v4"
	"github.com/labstack/echo/v4"

	seen "github.com/jwt-toolkit/jwt/testdata/lab/go/echo"
)

func main() {
	secret, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	e := echo.New()
	e.HideBanner = true
	e.GET("/echo", echo.WrapHandler(http.HandlerFunc(seen.Handler)))
	e.GET("/me", func(c echo.Context) error {
		user, err := c.Get("user").(*jwt.Token).Claims.GetSubject()
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, map[string]string{"user": user})
	}, echojwt.JWT(secret))
	log.Fatal(e.Start(os.Args[1]))
}

// Fiber-jwt is a small API as people write it with Fiber and its middleware.
//
//	fiber-jwt ADDRESS SECRET-FILE
package main

import (
	"log"
	"os"

	jwtware "github.com/gofiber/contrib/jwt"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/golang-jwt/jwt/v5"

	"github.com/jwt-toolkit/jwt/testdata/lab/go/echo"
)

func main() {
	secret, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/echo", adaptor.HTTPHandlerFunc(echo.Handler))
	app.Get("/me", jwtware.New(jwtware.Config{SigningKey: jwtware.SigningKey{Key: secret}}), func(c *fiber.Ctx) error {
		user, err := c.Locals("user").(*jwt.Token).Claims.GetSubject()
		if err != nil {
			return err
		}
		return c.JSON(fiber.Map{"user": user})
	})
	log.Fatal(app.Listen(os.Args[1]))
}

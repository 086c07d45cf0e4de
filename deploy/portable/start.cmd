@echo off
rem Starts the site from this folder. Needs Python 3.
cd /d "%~dp0"
where py >nul 2>nul && (py -3 serve.py %* & goto :eof)
where python >nul 2>nul && (python serve.py %* & goto :eof)
echo Python 3 is needed: see https://www.python.org
pause
